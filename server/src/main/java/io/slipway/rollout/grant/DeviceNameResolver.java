package io.slipway.rollout.grant;

import io.slipway.account.Account;
import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.device.profile.Profiles;
import io.slipway.http.Problem;
import io.slipway.protocol.Mac;
import io.slipway.rollout.rules.plan.NamedDevices;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.rollout.store.RolloutStore.NamedDevice;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Resolves the devices that a rollout names (decisions D11). Several accounts may have bound the
 * same MAC: in an administrator's rollout, a stranger's device must not replace the intended one.
 */
final class DeviceNameResolver {

    private static final int CHUNK = 500;

    /** How many accounts a refusal lists to choose from. */
    private static final int CHOICES = 20;

    private final Accounts accounts;

    DeviceNameResolver(Accounts accounts) {
        this.accounts = accounts;
    }

    /**
     * @param everyone whether the rollout reaches all accounts' devices
     * @throws Problem 400 for an account that doesn't exist or isn't the caller's, or if a MAC is
     *     bound by several accounts and none is named
     */
    List<NamedDevice> owned(Tx tx, Caller caller, boolean everyone, NamedDevices named) {
        var owned = new ArrayList<NamedDevice>(named.canaries().size() + named.listed().size());
        var known = new HashMap<String, String>();
        add(tx, caller, everyone, named.listed(), RolloutStore.LISTED, known, owned);
        add(tx, caller, everyone, named.canaries(), RolloutStore.CANARY, known, owned);
        return owned;
    }

    String username(Tx tx, String accountId) {
        return accounts.find(tx, accountId).map(Account::username).orElse(accountId);
    }

    private void add(
            Tx tx,
            Caller caller,
            boolean everyone,
            List<NamedDevices.DeviceName> devices,
            long kind,
            Map<String, String> known,
            List<NamedDevice> owned) {
        for (int at = 0; at < devices.size(); at += CHUNK) {
            var chunk = devices.subList(at, Math.min(devices.size(), at + CHUNK));
            Map<Mac, Profiles.Holders> holders =
                    everyone
                            ? Profiles.holders(
                                    tx, chunk.stream().map(NamedDevices.DeviceName::mac).toList())
                            : Map.of();
            for (NamedDevices.DeviceName device : chunk) {
                String account =
                        device.username().isEmpty()
                                ? only(tx, caller, device.mac(), holders.get(device.mac()))
                                : account(tx, caller, everyone, device.username(), known);
                owned.add(new NamedDevice(account, device.mac().bits(), kind));
            }
        }
    }

    // A device that is not bound yet is assumed to be the caller's.
    private String only(
            Tx tx,
            Caller caller,
            Mac mac,
            Profiles.@org.jspecify.annotations.Nullable Holders holders) {
        if (holders == null) {
            return caller.accountId();
        }
        if (holders.count() > 1) {
            var choices =
                    Profiles.holdersOf(tx, mac, CHOICES).stream()
                            .flatMap(id -> accounts.find(tx, id).stream())
                            .map(Account::username)
                            .map(name -> name + "/" + mac)
                            .toList();
            throw new Problem(
                    400,
                    "有多个账号绑定了 " + mac + "，请写明账号：" + String.join("、", choices),
                    "Several accounts have bound "
                            + mac
                            + ", say which is meant: "
                            + String.join(", ", choices),
                    Map.of("mac", mac.toString(), "choices", choices));
        }
        return holders.accountId();
    }

    private String account(
            Tx tx, Caller caller, boolean everyone, String username, Map<String, String> known) {
        String id =
                known.computeIfAbsent(
                        username,
                        name ->
                                accounts.named(tx, name)
                                        .map(Account::id)
                                        .filter(found ->
                                                everyone || found.equals(caller.accountId()))
                                        .orElse(""));
        if (id.isEmpty()) {
            throw new Problem(
                    400,
                    "账号不存在，或不在本任务范围内：" + username,
                    "No such account, or it is outside this rollout's scope: " + username);
        }
        return id;
    }
}
