package io.slipway.comeover;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.slipway.account.Account;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.account.Newcomers;
import io.slipway.activation.Preregistrations;
import io.slipway.activation.Preregistrations.AliasedMac;
import io.slipway.activation.Preregistrations.MacStanding;
import io.slipway.agent.Agent;
import io.slipway.agent.Agents;
import io.slipway.comeover.ComeOverItem.ItemKind;
import io.slipway.comeover.ComeOverItem.ItemOutcome;
import io.slipway.device.Device;
import io.slipway.history.ChatLog.NewChatLine;
import io.slipway.history.ChatLog.Speaker;
import io.slipway.history.OldChats;
import io.slipway.history.OldChats.OldLine;
import io.slipway.history.StorableText;
import io.slipway.http.Problem;
import io.slipway.lists.MacSpelling;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.text.Printable;
import io.slipway.text.Sentence;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes users, agents, devices and chat texts from another server's database. What it has taken it
 * recognises by its id, so that it can be repeated; a dry run decides the same and writes nothing.
 * A page of rows at a time is in memory. For one run, on one thread; blocks for as long as it
 * takes.
 */
public final class ComeOver {

    private static final int NAME = 64;
    private static final int MODEL = 128;
    private static final int LANGUAGE_CODE = 32;
    private static final int PROMPT = 20_000;

    /** Users whose accounts are remembered: rows of one user are often close to each other. */
    private static final int REMEMBERED = 1_000;

    /** A clock there may be wrong, but not by more. */
    private static final Duration AHEAD = Duration.ofDays(1);

    private static final Sentence AGENT_GONE =
            new Sentence("在原服务器上没有智能体", "it has no agent on that server");
    private static final Sentence AGENT_OFF =
            new Sentence("其智能体在原服务器上已删除或停用", "its agent is deleted or disabled there");
    private static final Sentence AGENT_NOT_TAKEN =
            new Sentence("其智能体没有导入", "its agent was not taken");

    /**
     * The features that take what comes.
     *
     * @param clock of this server
     */
    public record Needs(
            Database database,
            Ids ids,
            InstantSource clock,
            Newcomers newcomers,
            Agents agents,
            Preregistrations preregistrations) {}

    /**
     * To whom something belongs.
     *
     * @param id of the account; {@code ""} if there is a refusal
     * @param name of the account, or of the user there
     */
    private record ForeignOwner(String id, String name, @Nullable Sentence refusal) {}

    private final Needs needs;
    private final OldChats chats;
    private final ForeignIds foreignIds;
    private final ComeOverOrder order;
    private final Consumer<ComeOverItem> items;
    private final BiConsumer<String, String> passwords;
    private final ComeOverCounts counts = new ComeOverCounts();
    private final @Nullable ForeignOwner everybody;
    private final Cache<String, ForeignOwner> owners =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();
    private final String importPrefix;

    /**
     * @param items learns of each user, agent and device, and of each refused line
     * @param passwords keeps a new user's name and password, before the account exists
     * @throws StoreException in one line if there is no account of that name
     */
    public ComeOver(
            Needs needs,
            ComeOverOrder order,
            Consumer<ComeOverItem> items,
            BiConsumer<String, String> passwords) {
        this.needs = needs;
        this.order = order;
        this.items = items;
        this.passwords = passwords;
        this.chats = new OldChats(needs.database());
        this.foreignIds = new ForeignIds(order.from().server(), order.source());
        this.importPrefix = needs.ids().hex().substring(0, 16);
        this.everybody = order.into().isEmpty() ? null : named(order.into());
    }

    private ForeignOwner named(String username) {
        Account account =
                needs.newcomers()
                        .named(username)
                        .orElseThrow(() ->
                                new StoreException(
                                        "没有用户 " + username + " / there is no user " + username,
                                        null));
        return new ForeignOwner(account.id(), account.username(), null);
    }

    /**
     * Takes everything over, or says what would be. After a failure, what was taken stays; the next
     * run goes on.
     *
     * @throws StoreException in one line if one of the databases fails
     */
    public ComeOverCounts run() {
        try (ForeignStore store = ForeignStore.open(order.from())) {
            // Before the first row: it may be killed on its way.
            record("begun");
            ForeignTables tables =
                    ForeignTables.of(order.from().server(), store, order.from().toString());
            if (everybody == null) {
                store.pages(tables.users(order.only()), page -> page.forEach(this::user));
            }
            store.pages(
                    tables.agents(order.only()), page -> page.forEach(row -> agent(tables, row)));
            store.pages(tables.devices(order.only()), this::devices);
            if (order.chats() && tables.hasLines()) {
                store.pages(tables.lines(order.only()), page -> lines(tables, page));
            }
        }
        record(added());
        return counts;
    }

    private void record(String what) {
        if (!order.write()) {
            return;
        }
        var audit = new Audit(needs.database(), needs.ids(), needs.clock());
        String account = everybody == null ? "" : everybody.id();
        String detail = order.from().server().word() + ": " + what;
        needs.database()
                .run(
                        Plane.CONSOLE,
                        tx -> audit.record(tx, Caller.console(), "come-over", account, detail));
    }

    private String added() {
        return Arrays.stream(ItemKind.values())
                .map(kind -> counts.of(kind, ItemOutcome.ADDED) + " " + kind.word().en() + "s")
                .collect(Collectors.joining(", "));
    }

    private void tell(ComeOverItem item) {
        counts.count(item.kind(), item.outcome(), 1);
        items.accept(item);
    }

    // ------------------------------------------------------------ users

    private void user(ForeignRow row) {
        String name = row.text("name");
        String id = foreignIds.account(name, row.text("created"));
        Optional<Account> there = needs.newcomers().find(id);
        if (there.isPresent()) {
            tellUser(there.get().username(), name, ItemOutcome.THERE, null);
            return;
        }
        @Nullable Problem obstacle = needs.newcomers().obstacle(name);
        boolean disabled = row.text("state").equals("0");
        if (obstacle == null && order.write()) {
            String password = Newcomers.password();
            passwords.accept(name, password);
            try {
                needs.newcomers().add(id, name, password, disabled);
            } catch (Problem taken) {
                obstacle = taken;
            }
        }
        if (obstacle != null) {
            tellUser("", name, ItemOutcome.REFUSED, sentence(obstacle));
            return;
        }
        tellUser(
                name,
                name,
                ItemOutcome.ADDED,
                disabled ? new Sentence("在原服务器上已停用，这里也停用", "disabled there, and here") : null);
    }

    private void tellUser(
            String account, String name, ItemOutcome outcome, @Nullable Sentence reason) {
        tell(new ComeOverItem(ItemKind.USER, account, name, name, "", "", outcome, reason));
    }

    private static Sentence sentence(Problem problem) {
        return new Sentence(problem.message(true), problem.message(false));
    }

    private ForeignOwner owner(ForeignRow row) {
        if (everybody != null) {
            return everybody;
        }
        String name = row.text("owner");
        if (!row.has("owner_id")) {
            return new ForeignOwner(
                    "", "", new Sentence("在原服务器上没有主人", "it has no owner on that server"));
        }
        String id = foreignIds.account(name, row.text("owner_created"));
        return owners.get(id, key -> owner(id, name));
    }

    private ForeignOwner owner(String id, String name) {
        Optional<Account> there = needs.newcomers().find(id);
        if (there.isPresent()) {
            return new ForeignOwner(id, there.get().username(), null);
        }
        return order.write() || needs.newcomers().obstacle(name) != null
                ? new ForeignOwner("", name, new Sentence("其用户没有导入", "its user was not taken"))
                : new ForeignOwner(id, name, null);
    }

    // ------------------------------------------------------------ agents

    private void agent(ForeignTables tables, ForeignRow row) {
        ForeignOwner owner = owner(row);
        @Nullable Sentence refusal = owner.refusal();
        if (refusal == null && row.text("state").equals("0")) {
            refusal = new Sentence("在原服务器上已删除或停用", "deleted or disabled there");
        }
        if (refusal != null) {
            tellAgent(owner, row, ItemOutcome.REFUSED, refusal);
            return;
        }
        Agent agent = agent(tables, row, owner.id());
        if (needs.agents().find(owner.id(), agent.id()).isPresent()) {
            tellAgent(owner, row, ItemOutcome.THERE, null);
        } else if (order.write() && !needs.agents().bring(Caller.console(), agent)) {
            tellAgent(
                    owner,
                    row,
                    ItemOutcome.REFUSED,
                    new Sentence(
                            "刚在这里删除，几分钟后可再次导入",
                            "deleted here just now: it can be taken again in a few minutes"));
        } else {
            boolean cut =
                    row.text("name").length() > NAME
                            || row.text("prompt").length() > PROMPT
                            || row.text("memory").length() > PROMPT;
            tellAgent(
                    owner,
                    row,
                    ItemOutcome.ADDED,
                    cut
                            ? new Sentence(
                                    "过长的名称或提示词已截断", "its name or prompt was too long and is cut")
                            : null);
        }
    }

    private void tellAgent(
            ForeignOwner owner, ForeignRow row, ItemOutcome outcome, @Nullable Sentence reason) {
        tell(
                new ComeOverItem(
                        ItemKind.AGENT,
                        owner.name(),
                        row.text("id"),
                        row.text("name"),
                        "",
                        "",
                        outcome,
                        reason));
    }

    private Agent agent(ForeignTables tables, ForeignRow row, String accountId) {
        long created = created(row.text("created"));
        String name = name(row.text("name"));
        String shown = name.isEmpty() ? row.text("id") : name;
        return new Agent(
                agentId(accountId, row.text("id"), row.text("created")),
                accountId,
                new Agent.Persona(
                        shown,
                        shown,
                        cut(row, "code", NAME),
                        cut(row, "language", NAME),
                        cut(row, "lang_code", LANGUAGE_CODE),
                        cut(row, "prompt", PROMPT),
                        cut(row, "memory", PROMPT)),
                new Agent.Models(
                        cut(row, "asr", MODEL),
                        cut(row, "vad", MODEL),
                        cut(row, "llm", MODEL),
                        cut(row, "vllm", MODEL),
                        cut(row, "tts", MODEL),
                        cut(row, "mem", MODEL),
                        cut(row, "intent", MODEL)),
                new Agent.Options(
                        cut(row, "voice", MODEL),
                        tables.storesHistory(row.text("history")) ? 1 : 0,
                        0,
                        "[]",
                        "{}",
                        "[]"),
                order.backend(),
                created,
                created);
    }

    private String agentId(String accountId, String id, String created) {
        return foreignIds.agent(accountId, id, created, created(created));
    }

    // It only decides about the order of lists: the time zone makes no difference.
    private static long created(String text) {
        return ForeignTime.parse(text, ZoneOffset.UTC).orElse(0);
    }

    private static String cut(ForeignRow row, String column, int most) {
        return StorableText.of(row.text(column), most);
    }

    private static String name(String text) {
        return StorableText.of(Printable.spaced(text).strip(), NAME).strip();
    }

    // ------------------------------------------------------------ devices

    /** A device that may be announced. */
    private record ForeignDevice(ForeignRow row, ForeignOwner owner, String agentId, Mac mac) {}

    private void devices(List<ForeignRow> page) {
        Map<String, List<ForeignDevice>> byAccount = new LinkedHashMap<>();
        var there = new HashMap<String, Boolean>();
        for (ForeignRow row : page) {
            ForeignOwner owner = owner(row);
            Optional<Mac> mac = MacSpelling.parse(row.text("mac"));
            @Nullable Sentence refusal = refusal(row, owner, mac, there);
            if (refusal != null) {
                tellDevice(row, owner, mac, ItemOutcome.REFUSED, refusal);
                continue;
            }
            String agentId = agentId(owner.id(), row.text("agent_id"), row.text("agent_created"));
            byAccount
                    .computeIfAbsent(owner.id(), first -> new ArrayList<>())
                    .add(new ForeignDevice(row, owner, agentId, mac.orElseThrow()));
        }
        byAccount.forEach(this::devices);
    }

    private @Nullable Sentence refusal(
            ForeignRow row, ForeignOwner owner, Optional<Mac> mac, Map<String, Boolean> there) {
        if (mac.isEmpty()) {
            return new Sentence("MAC 地址格式错误", "not a MAC");
        }
        if (!mac.get().individual()) {
            return new Sentence("该 MAC 不属于单一设备", "a MAC of no single device");
        }
        if (owner.refusal() != null) {
            return owner.refusal();
        }
        if (!row.has("agent_id")) {
            return AGENT_GONE;
        }
        if (everybody == null && !row.text("agent_owner_id").equals(row.text("owner_id"))) {
            return new Sentence("其智能体属于另一个用户", "its agent belongs to another user");
        }
        if (row.text("agent_state").equals("0")) {
            return AGENT_OFF;
        }
        String agentId = agentId(owner.id(), row.text("agent_id"), row.text("agent_created"));
        boolean missing =
                order.write()
                        && !there.computeIfAbsent(
                                agentId, id -> needs.agents().find(owner.id(), id).isPresent());
        return missing ? AGENT_NOT_TAKEN : null;
    }

    private void devices(String accountId, List<ForeignDevice> devices) {
        Map<Mac, MacStanding> standings =
                needs.preregistrations()
                        .standings(
                                accountId,
                                devices.stream()
                                        .map(ForeignDevice::mac)
                                        .collect(Collectors.toSet()));
        Map<Mac, ForeignDevice> fresh = new LinkedHashMap<>();
        for (ForeignDevice device : devices) {
            MacStanding standing = standings.getOrDefault(device.mac(), MacStanding.UNKNOWN);
            if (standing == MacStanding.ELSEWHERE) {
                // It would wait here, and take the device from there at some later check-in.
                tellDevice(
                        device.row(),
                        device.owner(),
                        Optional.of(device.mac()),
                        ItemOutcome.REFUSED,
                        new Sentence(
                                "在这里属于另一个账号", "bound to another account here, or waits for it"));
                continue;
            }
            boolean twice =
                    standing == MacStanding.UNKNOWN
                            && fresh.putIfAbsent(device.mac(), device) != null;
            if (twice || standing != MacStanding.UNKNOWN) {
                tellThere(device, standing);
            }
        }
        Map<String, List<ForeignDevice>> byAgent =
                fresh.values().stream()
                        .collect(
                                Collectors.groupingBy(
                                        ForeignDevice::agentId,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        byAgent.forEach((agentId, some) -> announce(accountId, agentId, some));
    }

    private void announce(String accountId, String agentId, List<ForeignDevice> devices) {
        List<AliasedMac> named =
                devices.stream()
                        .map(device -> new AliasedMac(device.mac(), alias(device.row())))
                        .toList();
        // All of an agent's are one import, which its owner can undo.
        Set<Mac> made =
                order.write()
                        ? needs.preregistrations()
                                .announce(
                                        accountId,
                                        agentId,
                                        importPrefix + agentId.substring(16),
                                        named)
                        : named.stream().map(AliasedMac::mac).collect(Collectors.toSet());
        for (ForeignDevice device : devices) {
            if (made.contains(device.mac())) {
                tellDevice(
                        device.row(),
                        device.owner(),
                        Optional.of(device.mac()),
                        ItemOutcome.ADDED,
                        null);
            } else {
                tellThere(device, MacStanding.WAITING);
            }
        }
    }

    private void tellThere(ForeignDevice device, MacStanding standing) {
        tellDevice(
                device.row(),
                device.owner(),
                Optional.of(device.mac()),
                ItemOutcome.THERE,
                standing == MacStanding.BOUND
                        ? new Sentence("已绑定", "bound already")
                        : new Sentence("已在等待", "waits already"));
    }

    private void tellDevice(
            ForeignRow row,
            ForeignOwner owner,
            Optional<Mac> mac,
            ItemOutcome outcome,
            @Nullable Sentence reason) {
        tell(
                new ComeOverItem(
                        ItemKind.DEVICE,
                        owner.name(),
                        mac.map(Mac::toString).orElse(row.text("mac")),
                        alias(row),
                        row.text("agent"),
                        row.text("board"),
                        outcome,
                        reason));
    }

    // Some servers call every device by its MAC or its board until it gets a name.
    private static String alias(ForeignRow row) {
        String alias = StorableText.of(name(row.text("alias")), Device.MAX_ALIAS);
        boolean none = MacSpelling.parse(alias).isPresent() || alias.equals(row.text("board"));
        return none ? "" : alias;
    }

    // ------------------------------------------------------------ chat texts

    private void lines(ForeignTables tables, List<ForeignRow> page) {
        ZoneId zone = tables.linesInUtc() ? ZoneOffset.UTC : order.zone();
        var agents = new HashMap<String, Optional<Agent>>();
        var wanted = new ArrayList<OldLine>(page.size());
        for (ForeignRow row : page) {
            ForeignOwner owner = owner(row);
            Optional<Mac> mac = MacSpelling.parse(row.text("mac")).filter(Mac::individual);
            Optional<Speaker> speaker = tables.speaker(row);
            OptionalLong at = ForeignTime.parse(row.text("at"), zone);
            String content = tables.content(row).strip();
            @Nullable Sentence refusal =
                    mac.isEmpty()
                            ? new Sentence("其设备没有 MAC", "of a device without a MAC")
                            : speaker.isEmpty()
                                    ? new Sentence("不知道是谁说的", "it does not say who spoke")
                                    : refusal(row, owner, at, content);
            if (refusal == null) {
                refusal = refusal(tables, row, owner, agents);
            }
            if (refusal != null) {
                counts.lineRefused(refusal);
                tellLine(row, owner, refusal);
                continue;
            }
            wanted.add(line(row, owner, mac.orElseThrow(), speaker.orElseThrow(), content, at));
        }
        int added = order.write() ? chats.add(wanted) : chats.missing(wanted);
        counts.count(ItemKind.LINE, ItemOutcome.ADDED, added);
        counts.count(ItemKind.LINE, ItemOutcome.THERE, wanted.size() - added);
    }

    private @Nullable Sentence refusal(
            ForeignRow row, ForeignOwner owner, OptionalLong at, String content) {
        long now = needs.clock().millis();
        if (row.text("state").equals("0")) {
            return new Sentence("在原服务器上已删除", "deleted there");
        }
        if (content.isEmpty()) {
            return new Sentence("没有文字", "without text");
        }
        if (at.isEmpty() || at.getAsLong() > now + AHEAD.toMillis()) {
            return new Sentence("时间不明或在将来", "its time is unknown or in the future");
        }
        if (at.getAsLong() < now - order.kept().toMillis()) {
            return new Sentence(
                    "超出聊天记录的保留时间（history.kept）",
                    "older than chat history is stored here (history.kept)");
        }
        if (owner.refusal() != null) {
            return owner.refusal();
        }
        return row.has("agent_id") ? null : AGENT_GONE;
    }

    private @Nullable Sentence refusal(
            ForeignTables tables,
            ForeignRow row,
            ForeignOwner owner,
            Map<String, Optional<Agent>> agents) {
        if (row.text("agent_state").equals("0")) {
            return AGENT_OFF;
        }
        String agentId = agentId(owner.id(), row.text("agent_id"), row.text("agent_created"));
        Optional<Agent> agent =
                agents.computeIfAbsent(agentId, id -> needs.agents().find(owner.id(), id));
        if (agent.isEmpty() && order.write()) {
            return AGENT_NOT_TAKEN;
        }
        boolean stores =
                agent.map(known -> known.options().chatHistoryConf() > 0)
                        .orElseGet(() -> tables.storesHistory(row.text("agent_history")));
        return stores ? null : new Sentence("其智能体不保存聊天记录", "its agent does not store chat history");
    }

    private OldLine line(
            ForeignRow row,
            ForeignOwner owner,
            Mac mac,
            Speaker speaker,
            String content,
            OptionalLong at) {
        String agentId = agentId(owner.id(), row.text("agent_id"), row.text("agent_created"));
        String time = row.text("at");
        // Where there are no sessions, a day is one.
        String session =
                row.text("session").isEmpty()
                        ? time.substring(0, Math.min(10, time.length()))
                        : row.text("session");
        String id = row.text("id");
        return new OldLine(
                new NewChatLine(
                        foreignIds.session(agentId, mac.toString(), session),
                        owner.id(),
                        agentId,
                        mac,
                        speaker,
                        content,
                        "",
                        at.orElseThrow()),
                id.matches("[0-9]{1,18}") ? Long.parseLong(id) : ForeignIds.number(id));
    }

    private void tellLine(ForeignRow row, ForeignOwner owner, Sentence reason) {
        tell(
                new ComeOverItem(
                        ItemKind.LINE,
                        owner.name(),
                        row.text("id"),
                        "",
                        "",
                        "",
                        ItemOutcome.REFUSED,
                        reason));
    }
}
