package io.slipway.doctor;

import io.slipway.text.Sentence;

/**
 * Something that was checked.
 *
 * @param advice what to do; for {@link Grade#FINE} the same as {@code what}
 */
public record DoctorFinding(Grade grade, Sentence what, Sentence advice) {

    /** How bad it is. */
    public enum Grade {
        /** As it should be. */
        FINE,
        /** No device is hurt, but somebody should know. */
        NOTE,
        /** A device could be silenced, or data lost. */
        HARM
    }

    static DoctorFinding fine(String zh, String en) {
        var what = new Sentence(zh, en);
        return new DoctorFinding(Grade.FINE, what, what);
    }

    /** Without the setting {@code public.url} and without an address to check. */
    public static DoctorFinding followsTheCaller() {
        return new DoctorFinding(
                Grade.NOTE,
                new Sentence("没有设置 public.url", "public.url is not set"),
                new Sentence(
                        "设备得到的地址跟随它访问的 Host；有代理或域名时请设置它，并以 --url 检查那个地址",
                        "devices get addresses by the Host that they call; with a proxy or a name,"
                                + " set it, and check that address with --url"));
    }

    /** One line for a terminal. */
    public String line(boolean chinese) {
        String mark =
                switch (grade) {
                    case FINE -> "ok  ";
                    case NOTE -> "note";
                    case HARM -> "HARM";
                };
        String text = chinese ? what.zh() : what.en();
        if (grade == Grade.FINE) {
            return mark + "  " + text;
        }
        return mark + "  " + text + (chinese ? "：" + advice.zh() : ": " + advice.en());
    }
}
