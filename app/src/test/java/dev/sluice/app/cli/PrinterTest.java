package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Message;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Gaps and channel ends, as JSON lines and as messages.
final class PrinterTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsAGap() {
        var gap = new Message.Gap(Optional.of("a-1"), "a-7", Message.Reason.TRIMMED);

        print(true, gap);
        print(false, gap);

        assertThat(text(out)).isEqualTo("{\"gap\":{\"after\":\"a-1\",\"resume\":\"a-7\",\"reason\":\"trimmed\"}}\n");
        assertThat(text(err)).isEqualTo("sluice: Events are missing here (trimmed); continuing after a-7.\n");
    }

    @Test
    void omitsTheUnknownBeginningOfAGap() {
        print(true, new Message.Gap(Optional.empty(), "a-7", Message.Reason.EPOCH));

        assertThat(text(out)).isEqualTo("{\"gap\":{\"resume\":\"a-7\",\"reason\":\"epoch\"}}\n");
    }

    @Test
    void printsTheEndOfAChannelOnlyAsJson() {
        var closed = new Message.Closed("a\"b\\c", "a-7");

        print(true, closed);
        print(false, closed);

        assertThat(text(out)).isEqualTo("{\"closed\":{\"channel\":\"a\\\"b\\\\c\",\"cursor\":\"a-7\"}}\n");
        assertThat(text(err)).isEmpty();
    }

    private void print(boolean isJson, Message message) {
        new Printer(new Output(out), new Messages(err), isJson).print(message);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
