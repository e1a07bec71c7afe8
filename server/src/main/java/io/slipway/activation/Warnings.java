package io.slipway.activation;

import io.slipway.account.Caller;
import io.slipway.text.Sentence;
import io.slipway.work.Origins;
import java.util.ArrayList;
import java.util.List;

/** Warnings about codes: that limits are reached, that codes are being guessed. Thread-safe. */
public final class Warnings {

    private final CodeRate rate;
    private final Guesses guesses;
    private final Sequences sequences;
    private final Origins origins;

    /**
     * @param kind machine-readable
     * @param account that it concerns; {@code ""} for none
     */
    public record Warning(String kind, Sentence text, String account) {}

    Warnings(CodeRate rate, Guesses guesses, Sequences sequences, Origins origins) {
        this.rate = rate;
        this.guesses = guesses;
        this.sequences = sequences;
        this.origins = origins;
    }

    /** For a person, depending on their network; an administrator gets all. */
    public List<Warning> of(Caller caller) {
        var all = new ArrayList<Warning>();
        long here = rate.withheld(caller.origin().network());
        long withheld = caller.admin() ? rate.withheld() : here;
        if (withheld > 0) {
            String zh = (here > 0 ? "您所在的网络" : "某些地址") + "里有设备暂时领不到激活码：最近 10 分钟 " + withheld + " 次";
            String en =
                    "Devices "
                            + (here > 0 ? "in your network" : "at some addresses")
                            + " are waiting without a code: "
                            + withheld
                            + " requests in 10 minutes";
            all.add(new Warning("codes-withheld", new Sentence(zh, en), ""));
        }
        if (!caller.admin()) {
            return all;
        }
        for (String proxy : origins.unnamed()) {
            String zh = "请求经过代理 " + proxy + "，但设置里没有写明它";
            String en =
                    "Requests come through a proxy at "
                            + proxy
                            + " that is not named in the settings";
            all.add(new Warning("proxy-unnamed", new Sentence(zh, en), ""));
        }
        if (guesses.guarded()) {
            String zh = "有人在猜激活码：设备现在显示加长的激活码";
            String en = "Someone is guessing activation codes: devices now show longer ones";
            all.add(new Warning("codes-guessed", new Sentence(zh, en), ""));
        }
        for (Sequences.Sequence each : sequences.seen()) {
            String zh = "账号 " + each.username() + " 从 " + each.address() + " 绑定了 MAC 连续的设备";
            String en =
                    each.username()
                            + " has bound devices with sequential MACs from "
                            + each.address();
            all.add(new Warning("sequential-macs", new Sentence(zh, en), each.accountId()));
        }
        return all;
    }
}
