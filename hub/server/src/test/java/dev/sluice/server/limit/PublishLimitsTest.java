package dev.sluice.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PublishLimitsTest {
    private static LimitSettings eventsPerSecond(int max) {
        LimitSettings defaults = LimitSettings.DEFAULTS;
        return new LimitSettings(
                defaults.clientsMax(),
                defaults.connectionsMax(),
                defaults.connections(),
                defaults.requests(),
                RateLimit.perSecond("limits.publishes_per_second", max),
                defaults.publishBytes(),
                defaults.authFailures(),
                defaults.callerShare(),
                defaults.loopDelayMax());
    }

    @Test
    void looksAtAnAddressOnlyWhileThereIsALimit() throws Exception {
        var asked = new AtomicInteger();
        var limits = new PublishLimits(eventsPerSecond(0), _ -> asked.incrementAndGet() < 0, () -> 0);
        Grant client = Grant.of(new Principal("", "192.0.2.1"), Permissions.ALL);
        InetAddress address = InetAddress.ofLiteral("192.0.2.2");

        assertThat(limits.of(client).takeOrWait(1_000, 0)).isZero();
        assertThat(limits.ofProgram("", address).takeOrWait(1_000, 0)).isZero();
        assertThat(asked).hasValue(0);

        limits.replace(eventsPerSecond(1));
        assertThat(limits.of(client).takeOrWait(5, 0)).isZero();
        assertThat(limits.of(client).takeOrWait(1, 0)).isEqualTo(1);
        assertThat(limits.ofProgram("", address).takeOrWait(5, 0)).isZero();
        assertThat(limits.ofProgram("", address).takeOrWait(1, 0)).isEqualTo(1);
        assertThat(asked).hasValue(4);
    }
}
