package io.slipway.rollout.api;

import io.slipway.http.Fields;
import io.slipway.rollout.json.PlanJson;
import io.slipway.rollout.rules.plan.NamedDevices;
import io.slipway.rollout.rules.plan.PlanDefaults;
import io.slipway.rollout.rules.plan.RolloutPlan;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a person sends to create or preview a rollout: the plan's fields and the named devices.
 *
 * @param usual whether the default stages are used
 * @param knows whether the caller has confirmed that the build may lead devices elsewhere
 */
record PlanRequest(RolloutPlan plan, NamedDevices named, boolean usual, boolean knows) {

    /**
     * 17 for the MAC, plus quotes and a comma, each; in addition, names of accounts and a long
     * selection.
     */
    static final int MAX_BODY = 6 * 1024 * 1024;

    /** A MAC with an account's name before it. */
    private static final int LENGTH = 160;

    /**
     * Reads a body.
     *
     * @throws io.slipway.http.Problem 400 that names the field
     */
    static PlanRequest read(Fields fields) {
        fields.only(
                "name",
                "build",
                "badBuild",
                "everyone",
                "select",
                "stages",
                "limits",
                "window",
                "startsAt",
                "approval",
                "canaries",
                "macs",
                "leadsAway");
        Set<NamedDevices.DeviceName> canaries = devices(fields, "canaries");
        Set<NamedDevices.DeviceName> listed = devices(fields, "macs");
        // A canary also belongs to the selection; each device is listed once.
        listed.removeAll(canaries);
        boolean named = !canaries.isEmpty() || !listed.isEmpty();
        RolloutPlan plan =
                PlanJson.read(
                        fields,
                        PlanDefaults.stages(!canaries.isEmpty()),
                        fields.has("macs") && named);
        if (plan.selection().listedOnly() && !named) {
            throw fields.wrong("select.listedOnly", "没有给出任何设备", "no device is listed");
        }
        if (plan.stages().getFirst().share() == 0 && canaries.isEmpty()) {
            throw fields.wrong(
                    "stages[0].percent", "为 0 时需要指定金丝雀设备", "may only be 0 if canaries are given");
        }
        return new PlanRequest(
                plan,
                new NamedDevices(List.copyOf(canaries), List.copyOf(listed)),
                !fields.has("stages"),
                knows(fields));
    }

    /** Whether the caller has confirmed that the build may lead devices elsewhere. */
    static boolean knows(Fields fields) {
        return Boolean.TRUE.equals(fields.flag("leadsAway"));
    }

    private static Set<NamedDevices.DeviceName> devices(Fields fields, String name) {
        var devices = new LinkedHashSet<NamedDevices.DeviceName>();
        int at = 0;
        for (String text : fields.texts(name, NamedDevices.MOST, LENGTH)) {
            String where = name + "[" + at++ + "]";
            devices.add(
                    DeviceNameText.parse(text)
                            .orElseThrow(() ->
                                    fields.wrong(
                                            where,
                                            "不是设备的 MAC 地址，也不是“账号/MAC”",
                                            "is neither the MAC address of a device nor"
                                                    + " account/MAC")));
        }
        return devices;
    }
}
