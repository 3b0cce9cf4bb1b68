package dev.sluice.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The first message of a TLS handshake.
public final class NetTargets {
    public static final List<FuzzTarget> ALL = List.of(new FuzzTarget("client-hello", NetTargets::clientHello));

    private NetTargets() {}

    private static void clientHello(byte[] input) {
        ByteBuf received = Unpooled.wrappedBuffer(input);
        List<String> protocols = ClientHello.protocols(received);
        if (!protocols.isEmpty()) assertThat(latin1(input)).contains(encoded(protocols));
        assertThat(received.readableBytes()).isEqualTo(input.length);
        if (input.length > 0 && ClientHello.isWhole(received.slice(0, input.length - 1))) {
            assertThat(ClientHello.isWhole(received)).isTrue();
        }
    }

    /// The list of protocols as it is in an ALPN extension (RFC 7301 §3.1).
    private static String encoded(List<String> protocols) {
        var names = new ByteArrayOutputStream();
        for (String each : protocols) {
            names.write(each.length());
            names.writeBytes(each.getBytes(StandardCharsets.ISO_8859_1));
        }
        return new String(new char[] {(char) (names.size() >> 8), (char) (names.size() & 0xFF)})
                + latin1(names.toByteArray());
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
