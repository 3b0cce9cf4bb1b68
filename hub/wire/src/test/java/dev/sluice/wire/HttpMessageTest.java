package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// RFC 9112.
final class HttpMessageTest {
    private static InputStream in(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String body(String message) throws IOException {
        InputStream in = in(message);
        return new String(HttpHead.read(in).body(in).readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void readsTheHeadAndLeavesTheBody() throws IOException {
        InputStream in = in("HTTP/1.1 200 OK\r\nContent-Type:  text/plain \r\ncontent-LENGTH: 3\r\n\r\nabc");
        HttpHead head = HttpHead.read(in);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.field("content-type")).isEqualTo("text/plain");
        assertThat(head.field("Content")).isNull();
        assertThat(head.contentLength()).isEqualTo(3);
        assertThat(head.isChunked()).isFalse();
        assertThat(head.bytes()).hasSize(66);
        assertThat(in.readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("abc");
    }

    @Test
    void hasNoStatusInTheHeadOfARequest() throws IOException {
        for (String line : List.of("GET / HTTP/1.1", "HTTP/1.1 2x0 OK", "HTTP/1.1", "HTTP/2 200")) {
            assertThat(HttpHead.read(in(line + "\r\n\r\n")).status()).as(line).isEqualTo(-1);
        }
    }

    @Test
    void refusesHeadsThatAreCutOrDamaged() {
        assertThatThrownBy(() -> HttpHead.read(in("HTTP/1.1 200 OK\r\nA: b\r\n")))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> HttpHead.read(in("HTTP/1.1 200 OK\nA: b\n\n"))).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> HttpHead.read(in("x".repeat(HttpHead.BYTES_MAX + 1))))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void reportsTheSizeOfADamagedHeadWithoutItsContent() {
        String head = "HTTP/1.1 200 OK\r\nSet-Cookie: secret\r\n";
        assertThatThrownBy(() -> HttpHead.read(in(head)))
                .hasMessage("the connection ended within a head, after 37 bytes");
        assertThatThrownBy(() -> HttpHead.read(in(head + "Set-Cookie: secret\n\r\n")))
                .hasMessage("a line of a head ends without CR, after 56 bytes");
    }

    @Test
    void readsABodyByteByByte() throws IOException {
        for (String body : List.of(
                "Content-Length: 3\r\n\r\na\u0081c",
                "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\n\u0081c\r\n0\r\n\r\n")) {
            InputStream in = in("HTTP/1.1 200 OK\r\n" + body + "HTTP");
            InputStream read = HttpHead.read(in).body(in);
            assertThat(List.of(read.read(), read.read(), read.read(), read.read(), read.read()))
                    .as(body)
                    .containsExactly((int) 'a', 0x81, (int) 'c', -1, -1);
            assertThat(in.readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("HTTP");
        }
    }

    @Test
    void endsTheBodyWhereTheHeadSays() throws IOException {
        assertThat(body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef")).isEqualTo("abc");
        assertThat(body("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200")).isEmpty();
        assertThat(body("HTTP/1.1 200 OK\r\n\r\nabcdef")).isEqualTo("abcdef");
        assertThat(body("HTTP/1.1 101 Switching Protocols\r\n\r\n\u0081")).isEqualTo("\u0081");
        assertThat(
                        body(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0C\r\n0123456789ab\r\n0\r\n\r\nHTTP"))
                .isEqualTo("abc0123456789ab");
    }

    @Test
    void reportsATruncatedBody() {
        for (String cut : List.of(
                "Content-Length: 3\r\n\r\nab",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nab",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n")) {
            assertThatThrownBy(() -> body("HTTP/1.1 200 OK\r\n" + cut)).as(cut).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void readsChunksAndRefusesDamagedOnes() throws IOException {
        InputStream in = in("7\r\ndata: x\r\n0\r\n\r\n");
        HttpChunk first = HttpChunk.read(in);
        assertThat(first.text()).isEqualTo("data: x");
        assertThat(first.bytes()).as("on the wire").isEqualTo(12);
        assertThat(HttpChunk.encoded(first.data()))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("7\r\ndata: x\r\n");
        assertThat(HttpChunk.read(in).isLast()).isTrue();
        for (String damaged : List.of(
                "zz\r\n",
                "-1\r\n",
                "7fffffff\r\n",
                "1".repeat(100),
                "1;a=b\r\nx\r\n",
                "\r\n",
                "1\nx\n",
                "1\r\nxy\r\n")) {
            assertThatThrownBy(() -> HttpChunk.read(in(damaged))).as(damaged).isInstanceOf(ProtocolException.class);
        }
        for (String cut : List.of("", "9", "9\r", "9\r\nshort", "1\r\nx\r")) {
            assertThatThrownBy(() -> HttpChunk.read(in(cut))).as(cut).isInstanceOf(EOFException.class);
        }
    }
}
