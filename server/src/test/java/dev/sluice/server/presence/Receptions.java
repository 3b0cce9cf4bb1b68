package dev.sluice.server.presence;

import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.presence.Presence;
import dev.sluice.core.presence.PresenceSettings;
import java.time.InstantSource;

/// Receptions for tests that need one and nobody who comes.
public final class Receptions {
    private Receptions() {}

    public static Reception ofNobody() {
        Presence presence = Presence.open(
                MemoryLog.builder(InstantSource.system()).open(),
                PresenceSettings.DEFAULTS,
                Runnable::run,
                () -> 0,
                new PresenceLog());
        return new Reception(presence, Identities.CLAIMED);
    }
}
