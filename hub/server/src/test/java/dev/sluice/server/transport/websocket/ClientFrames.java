package dev.sluice.server.transport.websocket;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;

/// A server's frames as read by two third-party clients, which must agree.
final class ClientFrames {
    /// @param code the code of a close frame; -1 for all others
    record Frame(
            Opcode opcode,
            boolean isCompressed,
            @SuppressWarnings("ArrayRecordComponent") byte[] payload,
            int code) {}

    private ClientFrames() {}

    static List<Frame> read(byte[] bytes) {
        List<Frame> netty = readByNetty(bytes);
        // Java-WebSocket accepts compressed frames only after negotiating them itself.
        if (netty.stream().anyMatch(Frame::isCompressed)) return netty;
        List<Frame> other = readByJavaWebSocket(bytes);
        if (netty.size() != other.size()) throw new AssertionError(netty.size() + " frames, or " + other.size());
        for (int i = 0; i < netty.size(); i++) {
            Frame first = netty.get(i);
            Frame second = other.get(i);
            boolean same = first.opcode == second.opcode
                    && first.isCompressed == second.isCompressed
                    && first.code == second.code
                    && Arrays.equals(first.payload, second.payload);
            if (!same) throw new AssertionError("read differently: " + first + " or " + second);
        }
        return netty;
    }

    private static List<Frame> readByNetty(byte[] bytes) {
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(false)
                .allowExtensions(true)
                .maxFramePayloadLength(4 << 20)
                .build();
        EmbeddedChannel channel = new EmbeddedChannel(new WebSocket13FrameDecoder(config));
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        List<Frame> frames = new ArrayList<>();
        for (WebSocketFrame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
            if (!frame.isFinalFragment()) throw new AssertionError("a fragment");
            frames.add(frame(frame));
            frame.release();
        }
        channel.finishAndReleaseAll();
        return frames;
    }

    private static Frame frame(WebSocketFrame frame) {
        boolean isCompressed = frame.rsv() == 4;
        if (frame.rsv() != 0 && !isCompressed) throw new AssertionError("reserved bits: " + frame.rsv());
        byte[] payload = ByteBufUtil.getBytes(frame.content());
        return switch (frame.getClass().getSimpleName()) {
            case "TextWebSocketFrame" -> new Frame(Opcode.TEXT, isCompressed, payload, -1);
            case "BinaryWebSocketFrame" -> new Frame(Opcode.BINARY, isCompressed, payload, -1);
            case "PingWebSocketFrame" -> new Frame(Opcode.PING, isCompressed, payload, -1);
            case "PongWebSocketFrame" -> new Frame(Opcode.PONG, isCompressed, payload, -1);
            case "CloseWebSocketFrame" -> {
                CloseWebSocketFrame close = (CloseWebSocketFrame) frame;
                byte[] reason = close.reasonText().getBytes(StandardCharsets.UTF_8);
                yield new Frame(Opcode.CLOSING, isCompressed, reason, close.statusCode());
            }
            default -> throw new AssertionError("unexpected frame for a client: " + frame);
        };
    }

    private static List<Frame> readByJavaWebSocket(byte[] bytes) {
        List<Frame> frames = new ArrayList<>();
        if (bytes.length == 0) return frames;
        try {
            for (Framedata frame : new Draft_6455().translateFrame(ByteBuffer.wrap(bytes))) {
                byte[] payload = new byte[frame.getPayloadData().remaining()];
                frame.getPayloadData().duplicate().get(payload);
                int code = -1;
                if (frame instanceof CloseFrame close) {
                    code = close.getCloseCode();
                    payload = close.getMessage().getBytes(StandardCharsets.UTF_8);
                }
                frames.add(new Frame(frame.getOpcode(), frame.isRSV1(), payload, code));
            }
        } catch (org.java_websocket.exceptions.InvalidDataException broken) {
            throw new AssertionError(broken);
        }
        return frames;
    }

    /// Decompresses a message with a fresh window (RFC 7692 §7.2.2).
    static byte[] inflated(byte[] payload) {
        Inflater inflater = new Inflater(true);
        try {
            byte[] whole = Arrays.copyOf(payload, payload.length + 4);
            whole[payload.length + 2] = (byte) 0xFF;
            whole[payload.length + 3] = (byte) 0xFF;
            inflater.setInput(whole);
            byte[] out = new byte[4 << 20];
            int size = inflater.inflate(out);
            if (!inflater.needsInput()) throw new AssertionError("input left after decompression");
            return Arrays.copyOf(out, size);
        } catch (DataFormatException broken) {
            throw new AssertionError(broken);
        } finally {
            inflater.end();
        }
    }
}
