package dev.sluice.server.clients;

import dev.sluice.server.proxy.HostileProxy;
import dev.sluice.server.proxy.Weather;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What every client must be able to do with the hub, over whatever transport: follow a channel over a bad line and
/// see each event exactly once, in order. A test class for a client implements [#client] and inherits the tests.
interface LossContract {
    ForeignClient client();

    /// An orderly end of the line (FIN) between two events, as by a proxy that restarts.
    @Test
    default void comesBackForWhatItMissedAfterACut() {
        try (var scene = new Scene(client())) {
            scene.publish("before").expectAll();
            scene.loseLine(HostileProxy::cut, "while away");
            scene.publish("behind").expectAll();
        }
    }

    /// A rude one (RST), as by a crash.
    @Test
    default void comesBackForWhatItMissedAfterAReset() {
        try (var scene = new Scene(client())) {
            scene.publish("before").expectAll();
            scene.loseLine(HostileProxy::reset, "while away");
            scene.publish("behind").expectAll();
        }
    }

    /// Half an event is none: it must be dropped, and come whole over the next line.
    @Test
    default void getsAnEventOnceThatWasCutInItsMiddle() {
        try (var scene = new Scene(client())) {
            scene.publish("before").expectAll();
            scene.loseLineAfter(20_000, noise(50_000));
            scene.publish("behind").expectAll();
        }
    }

    /// Who has seen no event yet has seen where its stream begins.
    @Test
    default void missesNothingThatCameAfterItsBeginningWhenItWasLostBeforeTheFirstEvent() {
        try (var scene = new Scene(client())) {
            scene.loseLine(HostileProxy::cut, "the first");
            scene.publish("behind").expectAll();
        }
    }

    /// Pieces of three bytes: every border in the stream, and most characters, come in two reads.
    @Test
    default void readsWhatComesInDrops() {
        try (var scene = new Scene(client(), Weather.drops(3, Duration.ZERO))) {
            scene.publish("Grüße, 世界 🌊", "two\nlines");
            if (client().seesEmptyData()) scene.publish("");
            scene.publish("last").expectAll();
        }
    }

    /// A long line: acknowledgements and data are far apart, and what is lost is under way.
    @Test
    default void losesNothingThatWasUnderWay() {
        try (var scene = new Scene(client(), Weather.delay(Duration.ofMillis(100)))) {
            scene.publish("before").expectAll();
            for (int i = 0; i < 20; i++) scene.publish("under way " + i);
            scene.loseLine(HostileProxy::reset, "while away");
            scene.publish("behind").expectAll();
        }
    }

    /// Text that does not get much shorter by compression, so that its middle is where it is expected.
    private static String noise(int characters) {
        return new Random(20_261_120)
                .ints(characters, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
