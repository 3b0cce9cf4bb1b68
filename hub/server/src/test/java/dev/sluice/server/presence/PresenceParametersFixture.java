package dev.sluice.server.presence;

import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.presence.Presence;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.limit.CallerShares;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.net.address.TrustedProxies;
import java.time.InstantSource;

/// Presence parameters for tests in which no client joins.
public final class PresenceParametersFixture {
    private PresenceParametersFixture() {}

    public static PresenceParameters ofNobody() {
        Presence presence = Presence.open(
                MemoryLog.builder(InstantSource.system()).open(),
                PresenceSettings.DEFAULTS,
                Runnable::run,
                () -> 0,
                new PresenceLog());
        return new PresenceParameters(
                presence,
                ClientIdentity.OF_PRINCIPAL,
                new CallerShares(LimitSettings.DEFAULTS, TrustedProxies.NONE),
                new InFlightBytes(1 << 20, "delivery.answers_max"));
    }
}
