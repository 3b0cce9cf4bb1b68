package dev.sluice.demos.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Tests which bytes of a stage's connections are kept.
final class WireTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static WireUnit frame(String connection, int number) {
        var frame = new WebSocketFrame(WebSocketFrame.FIN | WebSocketFrame.TEXT, null, bytes("" + number));
        return WireUnit.frame(connection, false, frame);
    }

    @Test
    void leavesOutTheOldestOfABusyConnectionAndNothingOfAQuietOne() {
        var log = new WireLog();
        log.add(WireUnit.http("demo", true, bytes("GET / HTTP/1.1\r\n\r\n")));
        log.add(WireUnit.http("busy", true, bytes("GET /busy HTTP/1.1\r\n\r\n")));
        for (int i = 0; i < 100; i++) log.add(frame("busy", i));

        WireLog.Part part = log.take();
        assertThat(part.units())
                .hasSize(41)
                .first()
                .matches(unit -> unit.connection().equals("demo"));
        assertThat(part.units().get(1).kind()).as("the head stays").isEqualTo("http");
        assertThat(part.units().getLast().text()).isEqualTo("99");
        assertThat(part.leftOut()).containsOnly(Map.entry("busy", 61));
        assertThat(log.take().units()).isEmpty();
        log.add(frame("busy", 100));
        assertThat(log.take().leftOut()).isEmpty();
    }

    @Test
    void givesConnectionsBeyondALimitOneNameTogether() {
        var log = new WireLog();
        for (int i = 0; i < 1000; i++) log.add(frame("visitor-" + i, i));
        assertThat(log.take().units().stream().map(WireUnit::connection).distinct())
                .hasSize(9)
                .contains("other");
    }
}
