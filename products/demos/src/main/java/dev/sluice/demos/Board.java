package dev.sluice.demos;

import dev.sluice.Channel;
import dev.sluice.Message;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;

/// A shared whiteboard. Each stroke is a binary WebSocket frame and an event of the channel, so a newcomer
/// gets the picture by reading the channel from its beginning.
///
/// ```text
/// 1 byte    colour, 0 to 7
/// 1 byte    width of the line in pixels, 1 to 32
/// 4 bytes   a point, 1 to 256 times: x and y, 2 bytes each, big-endian; 65535 is the right or bottom edge
/// ```
/// An empty frame from the server means that the board was cleared.
final class Board implements Use {
    static final String CHANNEL = "demos/board";

    private static final String TYPE = "application/x-stroke";
    private static final int HEAD_BYTES = 2;
    private static final int POINT_BYTES = 4;
    private static final int POINTS_MAX = 256;
    private static final int COLOURS = 8;
    private static final int WIDTH_MAX = 32;
    private static final int INVALID_DATA = 1007;

    private static final Duration PERIOD = Duration.ofMillis(120);

    private int drawn;

    @Override
    public String name() {
        return "board";
    }

    @Override
    public Map<String, String> retention() {
        return Map.of("retention.max_events", "2000", "retention.max_bytes", "2MiB", "retention.max_age", "1h");
    }

    @Override
    public void on(Sluice hub, Routes routes) {
        Use.watched(hub, routes, new Feed(hub, CHANNEL, PERIOD, () -> publish(hub.channel(CHANNEL), rose(drawn++))));
        routes.ws("/strokes", socket -> join(hub, socket)).delete("/strokes", _ -> {
            hub.channel(CHANNEL).delete();
            return Response.empty().status(204);
        });
    }

    private static void join(Sluice hub, WebSocket socket) {
        var strokes = hub.channels(CHANNEL)
                .earliest()
                .onGap(_ -> socket.send(new byte[0]))
                .subscribe(stroke -> socket.send(stroke.bytes()));
        socket.onClose(_ -> strokes.close());
        socket.onBinary(stroke -> {
            if (!isStroke(stroke)) socket.close(INVALID_DATA, "This is not a stroke.");
            else publish(hub.channel(CHANNEL), stroke);
        });
    }

    private static boolean publish(Channel channel, byte[] stroke) {
        return channel.publish(Message.binary(TYPE, stroke)).isStored();
    }

    static boolean isStroke(byte[] bytes) {
        int points = bytes.length - HEAD_BYTES;
        return points >= POINT_BYTES
                && points <= POINTS_MAX * POINT_BYTES
                && points % POINT_BYTES == 0
                && bytes[0] >= 0
                && bytes[0] < COLOURS
                && bytes[1] >= 1
                && bytes[1] <= WIDTH_MAX;
    }

    /// Returns a short part of a rose curve, so that the board is not empty before the first visitor draws.
    private static byte[] rose(int part) {
        int points = 5;
        var stroke = ByteBuffer.allocate(HEAD_BYTES + points * POINT_BYTES)
                .put((byte) (part / 100 % COLOURS))
                .put((byte) 3);
        for (int i = 0; i < points; i++) {
            double angle = (part * (points - 1) + i) * 0.02;
            double radius = 0.4 * Math.cos(angle * 7 / 4);
            stroke.putShort(coordinate(0.5 + radius * Math.cos(angle)))
                    .putShort(coordinate(0.5 + radius * Math.sin(angle)));
        }
        return stroke.array();
    }

    private static short coordinate(double share) {
        return (short) Math.round(share * 65_535);
    }
}
