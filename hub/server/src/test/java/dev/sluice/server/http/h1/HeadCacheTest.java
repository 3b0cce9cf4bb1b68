package dev.sluice.server.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.exchange.PreparedRequest;
import dev.sluice.server.http.exchange.ReceivedRequest;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Requests;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A request means the same whether its head is found in the cache or not.
final class HeadCacheTest {
    /// Many of them differ in one byte, some can't be read, and some are not to be kept.
    private static final List<String> REQUESTS = List.of(
            "POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc",
            "POST /channels/b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nxyz",
            "POST /channels/a HTTP/1.1\r\nHost: localhosu\r\nContent-Length: 3\r\n\r\nabc",
            "POST /channels/a HTTP/1.0\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc",
            "POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab",
            "POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
            "GET /channels/a HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /channels/a?b HTTP/1.1\r\nhost:localhost\r\n\r\n",
            "\r\nGET /c HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
            "POST /long HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n"
                    + "GET / HTTP/1.1\r\n\r\n".repeat(1000).substring(0, 4000),
            "GET /long HTTP/1.1\r\nHost: a\r\nX-Long: " + "b".repeat(600) + "\r\n\r\n");

    private static final List<String> UNREADABLE = List.of(
            "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
            "GET /a HTTP/1.1\nHost: a\r\n\r\n",
            "GET /a http/1.1\r\nHost: a\r\n\r\n",
            "GET /a HTTP/1.1\r\n Host: a\r\n\r\n");

    private static HeadCache cache() {
        return new HeadCache(8 << 20);
    }

    private static EmbeddedChannel channel(HeadCache heads) {
        return new EmbeddedChannel(new RequestDecoder(HttpSettings.DEFAULTS, heads));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    /// Takes what was decoded, with parts of one body joined. Ends after what can't be read, as connections do.
    private static List<String> decoded(EmbeddedChannel channel) {
        List<String> decoded = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
            if (next instanceof HttpRequest head) {
                if (head.decoderResult().isFailure()) {
                    decoded.add("unreadable");
                    ReferenceCountUtil.release(next);
                    return decoded;
                }
                decoded.add(text(RequestHead.of(head)));
            }
            if (next instanceof ReceivedRequest(PreparedRequest request, byte[] whole)) {
                decoded.add(text(request.head()));
                if (whole != null) decoded.add(new String(whole, StandardCharsets.US_ASCII) + " []");
            }
            if (next instanceof HttpContent part) body.append(part.content().toString(StandardCharsets.US_ASCII));
            if (next instanceof LastHttpContent last) {
                decoded.add(body + " " + last.trailingHeaders().entries());
                body.setLength(0);
            }
            ReferenceCountUtil.release(next);
        }
        return decoded;
    }

    private static String text(RequestHead head) {
        return head.method().name() + " " + head.path().raw() + " "
                + head.parameters().has("b") + " " + head.host() + " " + head.framing() + " "
                + head.headers().entries();
    }

    /// Decodes one request with a decoder that has seen no other.
    private static List<String> alone(String request) {
        EmbeddedChannel channel = channel(cache());
        channel.writeInbound(bytes(request));
        List<String> decoded = decoded(channel);
        channel.finishAndReleaseAll();
        return decoded;
    }

    @RepeatedTest(20)
    void decodesStreamsOfRequestsAsEachOfThemAlone(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        HeadCache heads = cache(); // Of several connections.
        for (int connection = 0; connection < 10; connection++) {
            EmbeddedChannel channel = channel(heads);
            StringBuilder stream = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                boolean isLast = i == 29 && random.nextBoolean();
                List<String> from = isLast ? UNREADABLE : REQUESTS;
                String request = from.get(random.nextInt(from.size()));
                stream.append(request);
                expected.addAll(alone(request));
            }
            List<String> found = new ArrayList<>();
            boolean isWhole = random.nextBoolean();
            for (int at = 0; at < stream.length(); ) {
                int end = isWhole ? stream.length() : Math.min(stream.length(), at + 1 + random.nextInt(200));
                channel.writeInbound(bytes(stream.substring(at, end)));
                at = end;
            }
            found.addAll(decoded(channel));
            channel.finishAndReleaseAll();
            assertThat(found).isEqualTo(expected);
        }
    }

    /// The heads of requests that are each sent as a whole.
    private static List<RequestHead> heads(HeadCache heads, String... requests) {
        EmbeddedChannel channel = channel(heads);
        List<RequestHead> found = new ArrayList<>();
        for (String request : requests) channel.writeInbound(bytes(request));
        for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
            if (next instanceof HttpRequest head) found.add(RequestHead.of(head));
            if (next instanceof ReceivedRequest received)
                found.add(received.request().head());
            ReferenceCountUtil.release(next);
        }
        channel.finishAndReleaseAll();
        return found;
    }

    @Test
    void parsesARepeatedHeadOnlyTwice() {
        HeadCache heads = cache();
        String request = REQUESTS.getFirst();
        List<RequestHead> first = heads(heads, request, request, request);
        List<RequestHead> onAnotherConnection = heads(heads, request.replace("abc", "xyz"));
        assertThat(first.get(0)).isNotSameAs(first.get(1));
        assertThat(first.get(1)).isSameAs(first.get(2)).isSameAs(onAnotherConnection.getFirst());
    }

    /// An attacker who knows the hash function can make heads with equal hashes.
    @Test
    void distinguishesHeadsThatDifferInASingleByte() {
        HeadCache heads = cache();
        byte[] kept = "POST /channels/a HTTP/1.1\r\nHost: a.example\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        long hash = HeadCache.hash(Unpooled.wrappedBuffer(kept), kept.length);
        PreparedRequest request = heads.keep(kept, hash, Requests.of(Method.POST, "/channels/a"));
        assertThat(heads.find(Unpooled.copiedBuffer(kept), kept.length, hash)).isSameAs(request);
        for (int at = 0; at < kept.length; at++) {
            byte[] other = kept.clone();
            other[at]++;
            assertThat(heads.find(Unpooled.wrappedBuffer(other), other.length, hash))
                    .as("with another byte at %d", at)
                    .isNull();
        }
        assertThat(heads.find(Unpooled.copiedBuffer(kept), kept.length - 1, hash))
                .isNull();
    }

    @Test
    void replacesAPreparedRequestOnlyWhileItIsCached() {
        HeadCache heads = cache();
        List<byte[]> bytes = new ArrayList<>();
        List<PreparedRequest> kept = new ArrayList<>();
        for (int i = 0; i < 5; i++) { // One more than fit with the same hash.
            bytes.add(("GET /channels/" + i + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            kept.add(heads.keep(bytes.get(i), 1, Requests.get("/channels/" + i)));
        }
        for (PreparedRequest each : kept) heads.replace(each.accepted(7));
        int found = 0;
        for (int i = 0; i < 5; i++) {
            PreparedRequest now = heads.find(Unpooled.wrappedBuffer(bytes.get(i)), bytes.get(i).length, 1);
            if (now == null) continue;
            assertThat(now).isEqualTo(kept.get(i).accepted(7));
            found++;
        }
        assertThat(found).isEqualTo(4);
    }

    @Test
    void keepsHeadsOfThousandsOfChannels() {
        HeadCache heads = cache();
        String[] requests = new String[1000];
        for (int i = 0; i < requests.length; i++)
            requests[i] = REQUESTS.getFirst().replace("/a", "/channel-" + i);
        heads(heads, requests);
        List<RequestHead> kept = heads(heads, requests);
        List<RequestHead> found = heads(heads, requests);
        long same = 0;
        for (int i = 0; i < requests.length; i++) if (kept.get(i) == found.get(i)) same++;
        assertThat(same).isGreaterThan(950);
    }

    @Test
    void keepsNoMoreHeadsOfManyParametersThanTheHeapHasRoomFor() {
        HeadCache heads = new HeadCache(64 << 10);
        String query = IntStream.range(0, 90).mapToObj(i -> "p" + i).collect(Collectors.joining("&"));
        String[] requests = new String[100];
        for (int i = 0; i < requests.length; i++)
            requests[i] = "GET /" + i + "?" + query + " HTTP/1.1\r\nHost: a\r\n\r\n";
        heads(heads, requests);
        heads(heads, requests);
        long found = Stream.of(requests)
                .map(HeadCacheTest::bytes)
                .filter(in -> heads.find(in, in.readableBytes(), HeadCache.hash(in, in.readableBytes())) != null)
                .count();
        assertThat(found).as("each takes more than 10 kB").isBetween(1L, 6L);
        String ordinary = REQUESTS.getFirst();
        List<RequestHead> kept = heads(heads, ordinary, ordinary, ordinary);
        assertThat(kept.get(1)).isSameAs(kept.get(2));
    }

    /// As with a small heap that many event loops share.
    @Test
    void keepsAHeadIfMoreOthersRecurThanTheHeapHasRoomFor() {
        HeadCache heads = new HeadCache(96 << 10);
        String frequent = REQUESTS.getFirst();
        List<RequestHead> kept = heads(heads, frequent, frequent);
        String[] others = new String[500];
        for (int i = 0; i < others.length; i++) others[i] = frequent.replace("/a", "/channel-" + i);
        for (int round = 0; round < 3; round++) heads(heads, others);
        assertThat(heads(heads, frequent).getFirst()).isSameAs(kept.get(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
                "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
            })
    void doesNotCacheHeadsWhoseBodiesNeedAParser(String request) {
        String whole = request.contains("100000") ? request + "b".repeat(100_000) : request;
        List<RequestHead> found = heads(cache(), whole, whole, whole, whole);
        assertThat(found).doesNotHaveDuplicates().hasSize(4);
    }
}
