package dev.sluice.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.server.net.address.TrustedProxies;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
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

    @Test
    void limitsAllNamesExceptThoseOfStaticKeys() {
        var limits = new PublishLimits(eventsPerSecond(1), TrustedProxies.NONE, () -> 0);
        Grant named = grant("mallory", new Credential("", "", Instant.EPOCH, null));
        assertThat(limits.of(named).takeOrWait(5, 0)).isZero();
        assertThat(limits.of(named).takeOrWait(1, 0)).isEqualTo(1);

        Grant backend = grant("backend", new Credential("backend", "", null, null));
        assertThat(limits.of(backend).takeOrWait(1_000, 0)).isZero();
        Grant ending = backend.until(Instant.MAX, InstantSource.system());
        assertThat(limits.of(ending).takeOrWait(1_000, 0)).isZero();
    }

    private static Grant grant(String name, Credential credential) {
        return Grant.of(new Principal(name, "192.0.2.1"), Permissions.ALL).by(credential, InstantSource.system());
    }
}
