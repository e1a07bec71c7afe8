package io.slipway.session;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Thousands of devices on one thread, each one socket and a few hundred bytes. */
final class DeviceCrowd implements AutoCloseable {

    private static final byte[] NOTHING = {};

    /** A device without tools, so that it is not asked for them. */
    private static final byte[] HELLO =
            Frame.ofDevice(
                    Frame.TEXT,
                    Frame.utf8(SessionClient.HELLO.replace("\"mcp\":true", "\"mcp\":false")));

    /** One device. Used only by the crowd's thread. */
    static final class Member {
        final byte[] request;
        boolean connected;

        /** Of the answer to its handshake, 0 before. */
        int status;

        int hellos;
        int alerts;

        /** Frames that came back, and those of them that were not the next one. */
        int echoes;

        int strays;

        /** Frames after an alert: its sentence, spoken. */
        int spoken;

        /** Of the server's close frame, 0 for none. */
        int closeCode;

        boolean gone;
        int sent;
        private SocketChannel channel;
        private byte[] rest = NOTHING;
        private ByteBuffer unsent = ByteBuffer.wrap(NOTHING);

        private Member(byte[] request) {
            this.request = request;
        }

        @Override
        public String toString() {
            return "status=%d hellos=%d alerts=%d sent=%d echoes=%d strays=%d spoken=%d closeCode=%d gone=%s"
                    .formatted(
                            status, hellos, alerts, sent, echoes, strays, spoken, closeCode, gone);
        }

        boolean talking() {
            return hellos == 1 && !gone && closeCode == 0;
        }
    }

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> wishes = new ConcurrentLinkedQueue<>();
    private final List<Member> members = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    private long talkNanos;
    private long nextTalk;

    DeviceCrowd() throws IOException {
        selector = Selector.open();
        thread = Thread.ofPlatform().name("crowd").start(this::run);
    }

    /** Connects new devices, which then wait; their requests are sent by {@link #ask}. */
    List<Member> connect(int port, List<byte[]> requests) {
        List<Member> added = requests.stream().map(Member::new).toList();
        execute(() -> {
            for (Member member : added) {
                members.add(member);
                begin(member, port);
            }
        });
        return added;
    }

    private void begin(Member member, int port) {
        try {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            member.channel = channel;
            channel.register(selector, SelectionKey.OP_CONNECT, member);
            channel.connect(new InetSocketAddress("127.0.0.1", port));
        } catch (IOException e) {
            end(member);
        }
    }

    /** All send their handshakes, and each its hello as soon as it is accepted. */
    void ask(List<Member> some) {
        each(some, member -> write(member, member.request));
    }

    /** From now on all send frames at this interval. */
    void talk(int everyMs) {
        execute(() -> {
            talkNanos = everyMs * 1_000_000L;
            nextTalk = System.nanoTime();
        });
    }

    /** They vanish without notice, and leave this crowd. */
    void forget(List<Member> some) {
        execute(() -> {
            some.forEach(this::reset);
            members.removeAll(Set.copyOf(some));
        });
    }

    /** How many there are of a kind. */
    long count(List<Member> some, Predicate<Member> kind) {
        var count = new CompletableFuture<Long>();
        execute(() -> count.complete(some.stream().filter(kind).count()));
        return count.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Waits until all are of a kind. */
    void await(List<Member> some, Predicate<Member> kind) throws Exception {
        long[] left = {0};
        try {
            Await.until(() -> {
                left[0] = some.size() - count(some, kind);
                return left[0] == 0;
            });
        } catch (AssertionError e) {
            var others = new CompletableFuture<List<String>>();
            execute(() ->
                    others.complete(
                            some.stream()
                                    .filter(kind.negate())
                                    .limit(3)
                                    .map(Member::toString)
                                    .toList()));
            throw new AssertionError(
                    left[0] + " of " + some.size() + " are left: " + others.join(), e);
        }
    }

    private void each(List<Member> some, Consumer<Member> work) {
        execute(() -> some.stream().filter(member -> !member.gone).forEach(work));
    }

    private void execute(Runnable wish) {
        wishes.add(wish);
        selector.wakeup();
    }

    private void run() {
        try {
            while (!over.get()) {
                long pause = Math.max(1, (nextTalk - System.nanoTime()) / 1_000_000);
                selector.select(this::ready, talkNanos == 0 ? 1_000 : pause);
                Runnable wish;
                while ((wish = wishes.poll()) != null) {
                    wish.run();
                }
                if (talkNanos != 0 && System.nanoTime() >= nextTalk) {
                    nextTalk = System.nanoTime() + talkNanos;
                    members.stream().filter(Member::talking).forEach(this::talkOnce);
                }
            }
            members.forEach(this::reset);
            selector.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void talkOnce(Member member) {
        if (!member.unsent.hasRemaining()) {
            byte[] speech = ByteBuffer.allocate(120).putInt(member.sent++).array();
            write(member, Frame.ofDevice(Frame.BINARY, speech));
        }
    }

    private void ready(SelectionKey key) {
        Member member = (Member) key.attachment();
        try {
            if (key.isConnectable() && member.channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
                member.connected = true;
                write(member, NOTHING);
            } else if (key.isWritable()) {
                key.interestOps(SelectionKey.OP_READ);
                write(member, NOTHING);
            } else if (key.isReadable()) {
                read(member);
            }
        } catch (IOException e) {
            end(member);
        }
    }

    private void write(Member member, byte[] bytes) {
        try {
            ByteBuffer all = member.unsent;
            if (bytes.length > 0) {
                all = ByteBuffer.allocate(member.unsent.remaining() + bytes.length);
                all.put(member.unsent).put(bytes).flip();
            }
            if (member.connected) {
                member.channel.write(all);
            }
            member.unsent = all;
            if (member.connected && all.hasRemaining()) {
                member.channel
                        .keyFor(selector)
                        .interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        } catch (IOException e) {
            end(member);
        }
    }

    private void read(Member member) throws IOException {
        buffer.clear();
        if (member.channel.read(buffer) < 0) {
            end(member);
            return;
        }
        buffer.flip();
        byte[] data = Arrays.copyOf(member.rest, member.rest.length + buffer.remaining());
        buffer.get(data, member.rest.length, buffer.remaining());
        int used = 0;
        int next;
        while ((next = member.status == 0 ? head(member, data) : frame(member, data, used)) > 0) {
            used += next;
        }
        member.rest = used == data.length ? NOTHING : Arrays.copyOfRange(data, used, data.length);
    }

    // Bytes used, 0 when more must come first.
    private int head(Member member, byte[] data) {
        String head = new String(data, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return 0;
        }
        member.status = Integer.parseInt(head.substring(9, 12));
        if (member.status == 101) {
            write(member, HELLO);
        }
        return end + 4;
    }

    private static int frame(Member member, byte[] data, int at) {
        int left = data.length - at;
        if (left < 2) {
            return 0;
        }
        int length = data[at + 1] & 0x7f;
        int header = length < 126 ? 2 : 4;
        if (left < header) {
            return 0;
        }
        if (length == 126) {
            length = ((data[at + 2] & 0xff) << 8) | (data[at + 3] & 0xff);
        }
        if (left < header + length) {
            return 0;
        }
        heard(member, data[at] & 0xf, ByteBuffer.wrap(data, at + header, length));
        return header + length;
    }

    private static void heard(Member member, int opcode, ByteBuffer payload) {
        switch (opcode) {
            case Frame.TEXT -> {
                String text = StandardCharsets.UTF_8.decode(payload).toString();
                if (text.contains("\"type\":\"hello\"")) {
                    member.hellos++;
                } else if (text.contains("\"type\":\"alert\"")) {
                    member.alerts++;
                }
            }
            case Frame.BINARY -> {
                if (member.alerts > 0) {
                    member.spoken++;
                } else if (payload.remaining() == 120 && payload.getInt() == member.echoes) {
                    member.echoes++;
                } else {
                    member.strays++;
                }
            }
            case Frame.CLOSE -> member.closeCode = payload.getShort();
            default -> throw new IllegalStateException("opcode " + opcode);
        }
    }

    private void reset(Member member) {
        try {
            if (!member.gone) {
                member.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            // It has ended by itself.
        }
        end(member);
    }

    private void end(Member member) {
        member.gone = true;
        try {
            member.channel.close();
        } catch (IOException e) {
            // Closed is closed.
        }
    }

    @Override
    public void close() throws IOException {
        over.set(true);
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
