package io.slipway.program;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.agent.Agents;
import io.slipway.device.Device;
import io.slipway.device.DeviceRef;
import io.slipway.device.Devices;
import io.slipway.device.NewDevice;
import io.slipway.device.Pair;
import io.slipway.device.Pairs;
import io.slipway.http.Problem;
import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;

/**
 * Programs are devices whose MAC and Client-Id are made here, both random: nobody else can know
 * them (decisions D1). Thread-safe; calls block.
 */
public final class Programs {

    /** Per account: each is a row without a device behind it. */
    public static final int MOST = 100;

    private static final String BOARD = "program";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;
    private final Devices devices;
    private final Agents agents;
    private final Pairs pairs;
    private final Audit audit;

    Programs(Database database, Devices devices, Agents agents, Pairs pairs, Audit audit) {
        this.database = database;
        this.devices = devices;
        this.agents = agents;
        this.pairs = pairs;
        this.audit = audit;
    }

    /** An account's programs, newest first. */
    public List<Device> of(String accountId) {
        return database.read(Plane.CONSOLE, tx -> devices.programs(tx, accountId, MOST));
    }

    /**
     * Creates one.
     *
     * @param macAsClientId for programs that always send their MAC as Client-Id
     */
    public NewIdentity make(Caller caller, String agentId, String name, boolean macAsClientId) {
        Mac mac = mac();
        ClientId clientId = clientId(mac, macAsClientId);
        Pair pair = pairs.of(mac, clientId);
        var lastReport = new Devices.LastReport(BOARD, "", "");
        Device made =
                database.write(
                        Plane.CONSOLE,
                        tx -> {
                            agents.require(tx, caller.accountId(), agentId);
                            if (devices.programs(tx, caller.accountId(), MOST).size() == MOST) {
                                throw tooMany();
                            }
                            var wanted = new NewDevice(caller.accountId(), agentId, lastReport);
                            audit.record(tx, caller, "program.create", mac.toString(), name);
                            return devices.bindProgram(tx, pair, wanted, name);
                        });
        return new NewIdentity(made, clientId.value(), pairs.token(pair, clientId));
    }

    private static Problem tooMany() {
        return new Problem(
                409,
                "最多 " + MOST + " 个程序，请先撤销不用的",
                "At most " + MOST + " programs: revoke unused ones first");
    }

    /**
     * Gives a program a new Client-Id and token; the previous ones become invalid. One that sends
     * its MAC as Client-Id must be created again: its token can't change alone.
     */
    public NewIdentity renew(Caller caller, DeviceRef ref) {
        ClientId clientId = new ClientId(UUID.randomUUID().toString());
        Device renewed =
                devices.change(
                        Plane.CONSOLE,
                        (tx, unboundPairs) -> {
                            Device program = lock(tx, caller, ref);
                            if (program.owner().weak()) {
                                throw new Problem(
                                        409,
                                        "它以 MAC 作为 Client-Id，令牌无法更换：请撤销后重新生成",
                                        "Its Client-Id is its MAC, so its token can't be"
                                                + " replaced: revoke it and create a new program");
                            }
                            Pair pair = pairs.of(program.mac(), clientId);
                            String mac = program.mac().toString();
                            audit.record(
                                    tx, caller, "program.renew", mac, program.choices().alias());
                            return devices.renew(tx, unboundPairs, program, pair);
                        });
        Pair pair = pairs.of(renewed.mac(), clientId);
        return new NewIdentity(renewed, clientId.value(), pairs.token(pair, clientId));
    }

    /** Revokes one: its token no longer opens sessions. */
    public void revoke(Caller caller, DeviceRef ref) {
        devices.change(
                Plane.CONSOLE,
                (tx, unboundPairs) -> {
                    Device program = lock(tx, caller, ref);
                    devices.unbind(tx, unboundPairs, program);
                    String mac = program.mac().toString();
                    audit.record(tx, caller, "program.revoke", mac, program.choices().alias());
                    return true;
                });
    }

    private Device lock(Tx tx, Caller caller, DeviceRef ref) {
        Device device = devices.lock(tx, caller.accountId(), ref);
        if (!device.choices().entry().program()) {
            throw Problem.notFound("没有这个程序", "No such program");
        }
        return device;
    }

    // Locally administered and unicast: no manufacturer assigns such addresses.
    private static Mac mac() {
        return new Mac((RANDOM.nextLong() >>> 16 & 0xfcff_ffff_ffffL) | 0x0200_0000_0000L);
    }

    private static ClientId clientId(Mac mac, boolean macAsClientId) {
        return new ClientId(macAsClientId ? mac.toString() : UUID.randomUUID().toString());
    }
}
