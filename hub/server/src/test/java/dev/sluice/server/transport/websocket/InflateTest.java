package dev.sluice.server.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

final class InflateTest {
    /// Decompresses empty blocks with fixed codes, each marked as final (RFC 7692 §7.2.3.4).
    private static byte[] inflateFinalBlocks(int count) {
        byte[] message = new byte[2 * count + 1];
        for (int i = 0; i < count; i++) message[2 * i] = 3;
        return Inflate.message(message, message.length, 1_000);
    }

    @Test
    void readsSomeFinalBlocks() {
        assertThat(inflateFinalBlocks(Inflate.FINAL_BLOCKS_MAX)).isEmpty();
    }

    @Test
    void refusesMoreFinalBlocksThanAnySenderNeeds() {
        WebSocketException refusal =
                catchThrowableOfType(WebSocketException.class, () -> inflateFinalBlocks(Inflate.FINAL_BLOCKS_MAX + 1));
        assertThat(refusal.closeFrame().code()).isEqualTo(CloseFrame.INVALID);
    }
}
