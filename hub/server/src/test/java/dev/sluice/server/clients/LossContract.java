package dev.sluice.server.clients;

import dev.sluice.server.proxy.HostileProxy;
import dev.sluice.server.proxy.NetworkFault;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The contract of every client with the hub, on any transport: follow a channel over a faulty network and receive
/// each event exactly once, in order. A test class for a client implements [#client] and inherits the tests.
interface LossContract {
    ForeignClient client();

    /// The connection is closed (FIN) between two events, as by a proxy that restarts.
    @Test
    default void resumesAfterAClosedConnection() {
        try (var scene = new ProxyFixture(client())) {
            scene.publish("before").expectAll();
            scene.loseConnection(HostileProxy::cut, "while away");
            scene.publish("after").expectAll();
        }
    }

    /// The connection is reset (RST), as by a crash.
    @Test
    default void resumesAfterAReset() {
        try (var scene = new ProxyFixture(client())) {
            scene.publish("before").expectAll();
            scene.loseConnection(HostileProxy::reset, "while away");
            scene.publish("after").expectAll();
        }
    }

    /// A partial event must be dropped, and arrive whole over the next connection.
    @Test
    default void deliversAnEventOnceThatWasCutInTheMiddle() {
        try (var scene = new ProxyFixture(client())) {
            scene.publish("before").expectAll();
            scene.loseConnectionAfter(20_000, noise(50_000));
            scene.publish("after").expectAll();
        }
    }

    /// A client without an event yet has its starting cursor.
    @Test
    default void resumesFromItsStartWhenLostBeforeTheFirstEvent() {
        try (var scene = new ProxyFixture(client())) {
            scene.loseConnection(HostileProxy::cut, "the first");
            scene.publish("after").expectAll();
        }
    }

    /// Pieces of three bytes: every boundary in the stream, and most characters, are split between two reads.
    @Test
    default void readsAStreamInSmallPieces() {
        try (var scene = new ProxyFixture(client(), NetworkFault.split(3, Duration.ZERO))) {
            scene.publish("Grüße, 世界 🌊", "two\nlines");
            if (client().deliversEmptyData()) scene.publish("");
            scene.publish("last").expectAll();
        }
    }

    /// High latency: acknowledgements lag behind data, and events are lost in flight.
    @Test
    default void losesNothingInFlight() {
        try (var scene = new ProxyFixture(client(), NetworkFault.delay(Duration.ofMillis(100)))) {
            scene.publish("before").expectAll();
            for (int i = 0; i < 20; i++) scene.publish("in flight " + i);
            scene.loseConnection(HostileProxy::reset, "while away");
            scene.publish("after").expectAll();
        }
    }

    /// Text that hardly compresses, so that its middle is where it is expected.
    private static String noise(int characters) {
        return new Random(20_261_120)
                .ints(characters, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
