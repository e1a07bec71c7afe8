package io.slipway.http.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that two HTTP servers could read differently, and those that the framework would
 * drop without an answer: folded header lines, two {@code Host}s, a {@code Transfer-Encoding} other
 * than {@code chunked} or next to a {@code Content-Length}, unknown versions of HTTP, broken
 * chunks. The framework then calls its handler for invalid requests, or the exception handler of
 * the request with a {@link BrokenBody}; what follows on that connection is not read as HTTP. Lives
 * on the channel's event loop.
 */
public final class FramingCheck extends ChannelInboundHandlerAdapter {

    private static final String HEADS = "heads";
    private static final String FRAMING = "framing";

    private final Http1ServerConnection connection;
    private final HeadReader heads = new HeadReader();
    // A refused request was passed on: its body may follow, but no other request.
    private boolean refused;
    // Nothing that follows can be read.
    private boolean broken;

    /** A chunk that can't be read; the request's end will never come. */
    public static final class BrokenBody extends RuntimeException {
        private BrokenBody() {
            super("a broken chunk", null, false, false);
        }
    }

    /** Why a request is invalid. */
    private static final class InvalidFraming extends RuntimeException {
        private InvalidFraming(String why) {
            super(why, null, false, false);
        }
    }

    private FramingCheck(Http1ServerConnection connection) {
        this.connection = connection;
    }

    /** To be called when a connection begins. */
    public static void join(HttpConnection connection) {
        var http = (Http1ServerConnection) connection;
        var check = new FramingCheck(http);
        ChannelHandlerContext framework = http.channelHandlerContext();
        framework.pipeline().addBefore("httpDecoder", HEADS, check.heads);
        framework.pipeline().addAfter("httpDecoder", FRAMING, check);
    }

    /** What follows on the connection of that request is not HTTP. */
    public static void leave(HttpServerRequest request) {
        Channel channel =
                ((Http1ServerConnection) request.connection()).channelHandlerContext().channel();
        ChannelPipeline pipeline = channel.pipeline();
        // Both are gone already if the connection is closed.
        if (pipeline.get(FRAMING) != null) {
            pipeline.remove(HEADS);
            pipeline.remove(FRAMING);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        if (broken) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            if (refused) {
                broken = true;
                ReferenceCountUtil.release(message);
                return;
            }
            boolean readable = request.decoderResult().isSuccess();
            String why = readable ? invalid(request) : null;
            if (why != null) {
                refused = true;
                request.setDecoderResult(DecoderResult.failure(new InvalidFraming(why)));
            }
            if (why != null || !readable) {
                // The answer has the request's version. The decoder says 1.0 where it could not
                // read the first line.
                request.setProtocolVersion(HttpVersion.HTTP_1_1);
            }
        } else if (message instanceof HttpContent content && !content.decoderResult().isSuccess()) {
            broken = true;
            ReferenceCountUtil.release(message);
            connection.handleException(new BrokenBody());
            return;
        }
        boolean last = message instanceof LastHttpContent;
        reading.fireChannelRead(message);
        if (last) {
            heads.next();
        }
    }

    private @Nullable String invalid(HttpRequest request) {
        if (heads.fault != null) {
            return heads.fault;
        }
        HttpVersion version = request.protocolVersion();
        if (!known(version)) {
            return "an unknown version of HTTP";
        }
        if (unclear(request.uri())) {
            return "an unclear target";
        }
        if (request.headers().getAll(HttpHeaderNames.HOST).size() > 1) {
            return "more than one Host";
        }
        if (!heads.transferEncoding) {
            return null;
        }
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return heads.contentLength
                        || version.equals(HttpVersion.HTTP_1_0)
                        || codings.size() != 1
                        || !codings.getFirst().strip().toLowerCase(Locale.ROOT).equals("chunked")
                ? "an unknown Transfer-Encoding, or one next to a Content-Length"
                : null;
    }

    private static boolean known(HttpVersion version) {
        return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0);
    }

    // http://host?/path: the framework would take the query for the path.
    private static boolean unclear(String target) {
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        int query = scheme < 0 ? -1 : target.indexOf('?');
        return query >= 0 && target.lastIndexOf('/', query) < scheme + 3;
    }

    /**
     * Reads along in front of the decoder, which joins folded lines and forgets a {@code
     * Content-Length} that a {@code Transfer-Encoding} overrides. Looks at the first characters of
     * each line of a head, and at nothing else.
     */
    private static final class HeadReader extends ChannelInboundHandlerAdapter {

        private enum At {
            /** Before a request line. */
            START,
            LINE,
            LINE_START,
            /** After a CR at the start of a line. */
            EMPTY_LINE,
            /** Within the name of a header. */
            NAME,
            /** In a body. */
            BODY
        }

        private static final String CONTENT_LENGTH = "content-length";
        private static final String TRANSFER_ENCODING = "transfer-encoding";

        private At at = At.START;
        private String name = "";
        private int known;
        private boolean contentLength;
        private boolean transferEncoding;
        private @Nullable String fault;
        private @Nullable ByteBuf current;

        @Override
        public void channelRead(ChannelHandlerContext reading, Object message) {
            if (!(message instanceof ByteBuf bytes)) {
                reading.fireChannelRead(message);
                return;
            }
            read(bytes);
            // Otherwise the decoder may release it, and its memory would be read as the next head
            // when it is part of an answer already.
            current = bytes.retain();
            try {
                reading.fireChannelRead(message);
            } finally {
                current = null;
                bytes.release();
            }
        }

        /** The decoder has read a whole request: the next one may follow in the same bytes. */
        void next() {
            at = At.START;
            contentLength = false;
            transferEncoding = false;
            fault = null;
            ByteBuf rest = current;
            // What the decoder has copied it does not read from here: then the next head goes
            // unread, and a folded line in it is joined.
            if (rest != null && rest.isReadable()) {
                read(rest);
            }
        }

        private void read(ByteBuf bytes) {
            int end = bytes.writerIndex();
            int from = bytes.readerIndex();
            while (from < end && at != At.BODY) {
                if (at == At.LINE) {
                    int feed = bytes.indexOf(from, end, (byte) '\n');
                    if (feed < 0) {
                        return;
                    }
                    at = At.LINE_START;
                    from = feed + 1;
                } else {
                    step((char) (bytes.getByte(from) & 0xff));
                    from++;
                }
            }
        }

        private void step(char next) {
            switch (at) {
                // The decoder skips these in front of a request line.
                case START -> at = next <= ' ' ? At.START : At.LINE;
                case LINE_START -> lineStart(next);
                case EMPTY_LINE -> {
                    if (next != '\n') {
                        fault = "a bare CR";
                    }
                    at = At.BODY;
                }
                case NAME -> name(next);
                case LINE, BODY -> {}
            }
        }

        private void lineStart(char next) {
            switch (next) {
                case '\n' -> at = At.BODY;
                case '\r' -> at = At.EMPTY_LINE;
                case ' ', '\t' -> {
                    fault = "a folded header line";
                    at = At.BODY;
                }
                case 'c', 'C' -> begin(CONTENT_LENGTH);
                case 't', 'T' -> begin(TRANSFER_ENCODING);
                default -> at = At.LINE;
            }
        }

        private void begin(String expected) {
            name = expected;
            known = 1;
            at = At.NAME;
        }

        private void name(char next) {
            if (known < name.length() && Character.toLowerCase(next) == name.charAt(known)) {
                known++;
                return;
            }
            if (next == '\n') {
                at = At.LINE_START;
                return;
            }
            boolean whole = known == name.length() && next == ':';
            contentLength |= whole && name.equals(CONTENT_LENGTH);
            transferEncoding |= whole && name.equals(TRANSFER_ENCODING);
            at = At.LINE;
        }
    }
}
