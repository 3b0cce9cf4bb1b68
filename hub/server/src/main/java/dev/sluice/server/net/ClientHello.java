package dev.sluice.server.net;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads the protocols that a client offers from its first message (RFC 8446 §4.1.2, RFC 7301 §3.1):
/// ```
/// record      type 1   version 2   length 2
/// handshake   type 1   length 3   version 2   random 32   session id 1 + n   suites 2 + n   compression 1 + n
/// extensions  length 2, of each: type 2   length 2   data; of ALPN: length 2, of each protocol 1 + n
/// ```
/// A malformed one is left to TLS, which refuses it.
final class ClientHello {
    private static final int RECORD_HEAD_BYTES = 5;
    private static final int RECORD_BYTES_MAX = 1 << 14;
    private static final int BEFORE_SESSION_ID = RECORD_HEAD_BYTES + 4 + 2 + 32;
    private static final int ALPN = 16;

    private ClientHello() {}

    /// Returns true if the first record is complete, or too long to be a record.
    static boolean isWhole(ByteBuf in) {
        if (in.readableBytes() < RECORD_HEAD_BYTES) return false;
        int length = in.getUnsignedShort(in.readerIndex() + 3);
        return length > RECORD_BYTES_MAX || in.readableBytes() >= RECORD_HEAD_BYTES + length;
    }

    /// The protocols that the client offers; empty if it offers none or the first record does not contain them.
    static List<String> protocols(ByteBuf in) {
        try {
            ByteBuf rest = in.slice().skipBytes(BEFORE_SESSION_ID);
            rest.skipBytes(rest.readUnsignedByte());
            rest.skipBytes(rest.readUnsignedShort());
            rest.skipBytes(rest.readUnsignedByte());
            ByteBuf extensions = rest.readSlice(rest.readUnsignedShort());
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf data = extensions.readSlice(extensions.readUnsignedShort());
                if (type == ALPN) return names(data.readSlice(data.readUnsignedShort()));
            }
            return List.of();
        } catch (IndexOutOfBoundsException malformed) {
            return List.of();
        }
    }

    private static List<String> names(ByteBuf in) {
        List<String> names = new ArrayList<>();
        while (in.isReadable()) {
            names.add(in.readCharSequence(in.readUnsignedByte(), StandardCharsets.ISO_8859_1)
                    .toString());
        }
        return names;
    }
}
