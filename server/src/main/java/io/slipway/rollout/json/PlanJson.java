package io.slipway.rollout.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Fields;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.PlanDefaults;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.rules.plan.Schedule;
import io.slipway.rollout.rules.plan.Selection;
import io.slipway.rollout.rules.plan.Window;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plan as JSON. The API's input and output and the stored form are the same, so that a plan from
 * the API can be sent back. Anything invalid is a {@link io.slipway.http.Problem} 400 that names
 * the field.
 */
public final class PlanJson {

    private static final int ID = 64;
    private static final int MAX_PICKED = 100;
    private static final int PICKED = 64;

    /** A millionth of all devices is a single device of the largest fleet. */
    private static final int PERCENT_PLACES = 4;

    private static final double LEAST_PERCENT = 0.0001;
    private static final double MOST_PERCENT = 99.9999;
    static final int MAX_DEVICES = 100_000_000;
    private static final long MAX_BYTES = 1L << 50;
    private static final double MINUTE = 60_000;
    private static final int MAX_SOAK_MINUTES = 90 * 24 * 60;

    /** 2100-01-01: catches times in seconds or microseconds. */
    private static final long LATEST = 4_102_444_800_000L;

    private static final long EARLIEST = 1_577_836_800_000L;

    private PlanJson() {}

    /** A stored plan. */
    public static RolloutPlan read(JsonNode json) {
        return read(new Fields(json), PlanDefaults.stages(false), false);
    }

    /**
     * @param stages default
     * @param listed default of {@code listedOnly}
     */
    public static RolloutPlan read(Fields fields, List<Rollout.Stage> stages, boolean listed) {
        String name = fields.required("name", RolloutPlan.MAX_NAME);
        return new RolloutPlan(
                name,
                fields.required("build", ID),
                fields.text("badBuild", ID, "").strip(),
                flag(fields, "everyone", false),
                selection(fields.object("select"), listed),
                fields.has("stages") ? stages(fields) : stages,
                new Schedule(
                        limits(fields.object("limits")),
                        window(fields.object("window")),
                        startsAt(fields)),
                flag(fields, "approval", false));
    }

    private static boolean flag(Fields fields, String name, boolean fallback) {
        Boolean flag = fields.flag(name);
        return flag == null ? fallback : flag;
    }

    private static Selection selection(@Nullable Fields select, boolean listed) {
        if (select == null) {
            return new Selection(
                    Set.of(), Set.of(), null, null, Set.of(), Set.of(), Set.of(), listed);
        }
        select.only("boards", "chips", "from", "to", "channels", "agents", "tags", "listedOnly");
        FirmwareVersion from = version(select, "from");
        FirmwareVersion to = version(select, "to");
        if (from != null && to != null && from.compareTo(to) > 0) {
            throw select.wrong("to", "低于 from", "is lower than from");
        }
        var chips = new LinkedHashSet<String>();
        // Devices report theirs in lower case.
        picked(select, "chips").forEach(chip -> chips.add(chip.toLowerCase(Locale.ROOT)));
        return new Selection(
                picked(select, "boards"),
                chips,
                from,
                to,
                picked(select, "channels"),
                picked(select, "agents"),
                picked(select, "tags"),
                flag(select, "listedOnly", listed));
    }

    private static Set<String> picked(Fields select, String name) {
        var picked = new LinkedHashSet<String>();
        for (String text : select.texts(name, MAX_PICKED, PICKED)) {
            if (text.isBlank()) {
                throw select.wrong(name, "含有空白项", "must not contain blank items");
            }
            picked.add(text.strip());
        }
        return picked;
    }

    private static @Nullable FirmwareVersion version(Fields select, String name) {
        String text = select.optional(name, FirmwareVersion.MAX_LENGTH);
        if (text == null || text.isBlank()) {
            return null;
        }
        return FirmwareVersion.parse(text.strip())
                .orElseThrow(() -> select.wrong(name, "不是版本号", "is not a version"));
    }

    /** Also for widening. */
    public static List<Rollout.Stage> stages(Fields fields) {
        var stages = new ArrayList<Rollout.Stage>();
        double before = 0;
        for (Fields stage : fields.objects("stages", RolloutPlan.MAX_STAGES)) {
            Rollout.Stage read = stage(stage);
            if (read.share() < before) {
                throw stage.wrong(
                        "percent", "不能小于前一阶段", "must not be less than in the previous stage");
            }
            before = read.share();
            stages.add(read);
        }
        if (stages.isEmpty()) {
            throw fields.wrong(
                    "stages",
                    "应有 1 到 " + RolloutPlan.MAX_STAGES + " 个阶段",
                    "must have 1 to " + RolloutPlan.MAX_STAGES + " stages");
        }
        return stages;
    }

    private static Rollout.Stage stage(Fields stage) {
        stage.only("percent", "minDecided", "failurePercent", "deliveryPercent", "soakMinutes");
        BigDecimal percent = stage.decimal("percent", PERCENT_PLACES, 0, 100);
        if (percent == null) {
            throw stage.wrong("percent", "必填", "is required");
        }
        Gate usual = PlanDefaults.GATE;
        Long decided = stage.number("minDecided", 0, MAX_DEVICES);
        BigDecimal minutes = stage.decimal("soakMinutes", 20, 0, MAX_SOAK_MINUTES);
        return new Rollout.Stage(
                share(percent),
                new Gate(
                        decided == null ? usual.minDecided() : decided.intValue(),
                        limit(stage, "failurePercent", usual.failureLimit()),
                        limit(stage, "deliveryPercent", usual.deliveryLimit()),
                        minutes == null
                                ? usual.soak()
                                : Duration.ofMillis(Math.round(minutes.doubleValue() * MINUTE))));
    }

    private static double limit(Fields stage, String name, double fallback) {
        BigDecimal percent = stage.decimal(name, PERCENT_PLACES, LEAST_PERCENT, MOST_PERCENT);
        return percent == null ? fallback : share(percent);
    }

    // In decimal: 7 / 100.0 * 100 is not 7.
    private static double share(BigDecimal percent) {
        return percent.movePointLeft(2).doubleValue();
    }

    private static Limits limits(@Nullable Fields limits) {
        Limits usual = PlanDefaults.LIMITS;
        if (limits == null) {
            return usual;
        }
        limits.only("inFlight", "perMinute", "bytesPerSecond");
        Long inFlight = limits.number("inFlight", 0, MAX_DEVICES);
        Long perMinute = limits.number("perMinute", 0, MAX_DEVICES);
        Long bytes = limits.number("bytesPerSecond", 0, MAX_BYTES);
        if (bytes != null && bytes > 0 && bytes < Limits.DEVICE_BYTES_PER_SECOND) {
            throw limits.wrong(
                    "bytesPerSecond",
                    "一台设备就需要 " + Limits.DEVICE_BYTES_PER_SECOND,
                    "a single device needs " + Limits.DEVICE_BYTES_PER_SECOND);
        }
        return new Limits(
                inFlight == null ? usual.inFlight() : inFlight.intValue(),
                perMinute == null ? usual.perMinute() : perMinute.intValue(),
                bytes == null ? usual.bytesPerSecond() : bytes);
    }

    private static @Nullable Window window(@Nullable Fields window) {
        if (window == null) {
            return null;
        }
        window.only("days", "from", "to", "zone");
        var days = EnumSet.noneOf(DayOfWeek.class);
        for (String day : window.texts("days", 7, 16)) {
            days.add(day(window, day.strip().toUpperCase(Locale.ROOT)));
        }
        return new Window(days, time(window, "from"), time(window, "to"), zone(window));
    }

    private static DayOfWeek day(Fields window, String text) {
        for (DayOfWeek day : DayOfWeek.values()) {
            if (day.name().equals(text) || shown(day).equals(text)) {
                return day;
            }
        }
        throw window.wrong(
                "days",
                "应为 MON、TUE、WED、THU、FRI、SAT 或 SUN",
                "must be MON, TUE, WED, THU, FRI, SAT or SUN");
    }

    static String shown(DayOfWeek day) {
        return day.name().substring(0, 3);
    }

    private static LocalTime time(Fields window, String name) {
        try {
            return LocalTime.parse(window.required(name, 18));
        } catch (DateTimeException e) {
            throw window.wrong(name, "应为时刻，例如 02:00", "must be a time of day such as 02:00");
        }
    }

    private static ZoneId zone(Fields window) {
        try {
            return ZoneId.of(window.required("zone", 64));
        } catch (DateTimeException e) {
            throw window.wrong(
                    "zone", "应为时区，例如 Asia/Shanghai", "must be a time zone such as Asia/Shanghai");
        }
    }

    private static long startsAt(Fields fields) {
        String text = fields.text("startsAt", 40, "").strip();
        if (text.isEmpty() || text.equals("0")) {
            return 0;
        }
        long at = instant(fields, text);
        if (at < EARLIEST || at > LATEST) {
            throw fields.wrong(
                    "startsAt", "应在 2020 年到 2100 年之间", "must be between the years 2020 and 2100");
        }
        return at;
    }

    private static long instant(Fields fields, String text) {
        try {
            return text.chars().allMatch(c -> c >= '0' && c <= '9')
                    ? Long.parseLong(text)
                    : OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            throw fields.wrong(
                    "startsAt",
                    "应为毫秒数或带时区的时间，例如 2026-10-01T02:00:00+08:00",
                    "must be epoch milliseconds or a time with a UTC offset such as"
                            + " 2026-10-01T02:00:00+08:00");
        }
    }

    /** A rate as a percentage, without the noise of binary fractions. */
    public static BigDecimal percent(double rate) {
        return plain(BigDecimal.valueOf(rate).movePointRight(2));
    }

    static BigDecimal minutes(Duration time) {
        return plain(BigDecimal.valueOf(time.toMillis() / MINUTE));
    }

    // Not 1E+2: JSON allows it and people wonder.
    private static BigDecimal plain(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
