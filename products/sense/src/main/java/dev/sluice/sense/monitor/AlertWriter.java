package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.notify.Alert;
import dev.sluice.sense.notify.OutboxEntry;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.Definitions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Creates the alerts of incidents.
public final class AlertWriter {
    private static final String INSTALLATION = "installation";

    private final String source;
    private final IncidentLog incidents;
    private final Function<String, @Nullable CheckDefinition> checks;
    private final Supplier<String> publicUrl;
    private final InstantSource clock;

    /// @param checks    returns the definition of a check by name; null if it was removed
    /// @param publicUrl the prefix of links; empty if there is none
    public AlertWriter(
            Database database,
            IncidentLog incidents,
            Function<String, @Nullable CheckDefinition> checks,
            Supplier<String> publicUrl,
            InstantSource clock) {
        this.source = source(database);
        this.incidents = incidents;
        this.checks = checks;
        this.publicUrl = publicUrl;
        this.clock = clock;
    }

    /// Returns the id that identifies this database among all installations of Sense, generated once.
    private static String source(Database database) {
        var stored = new Definitions(database, INSTALLATION);
        String known = stored.all().get(INSTALLATION);
        if (known != null) return known;
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        String drawn = HexFormat.of().formatHex(random);
        stored.put(INSTALLATION, drawn);
        return drawn;
    }

    /// Returns the alert of an entry; empty if its incident was deleted.
    public Optional<Alert> alert(OutboxEntry entry) {
        return incidents.find(entry.incident()).map(incident -> alert(entry, incident));
    }

    private Alert alert(OutboxEntry entry, Incident incident) {
        Instant closed = incident.closed();
        Instant at = entry.kind() == Alert.Kind.CLOSED && closed != null ? closed : incident.opened();
        return new Alert(
                entry.kind(),
                entry.kind() == Alert.Kind.CLOSED ? incident.ending() : null,
                source,
                incident.id(),
                incident.check(),
                title(incident.check()),
                incident.failure(),
                incident.firstFailure(),
                at,
                Duration.between(at, clock.instant()),
                link(incident.id()));
    }

    private String title(String check) {
        CheckDefinition definition = checks.apply(check);
        return definition == null ? check : definition.title();
    }

    private @Nullable String link(long incident) {
        String base = publicUrl.get();
        return base.isEmpty() ? null : base.replaceAll("/+$", "") + "/sense/incidents/" + incident;
    }

    /// Returns an alert that is marked as a test.
    public Alert test() {
        Instant now = clock.instant();
        return new Alert(
                Alert.Kind.TEST,
                null,
                source,
                0,
                "test",
                "Sense",
                new Failure(Phrase.of("nothing"), Phrase.of("nothing")),
                now,
                now,
                Duration.ZERO,
                null);
    }
}
