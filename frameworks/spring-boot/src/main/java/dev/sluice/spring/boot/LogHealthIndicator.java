package dev.sluice.spring.boot;

import dev.sluice.Sluice;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/// Reports an embedded hub as down once its log has failed: it then accepts no events until the application
/// restarts.
final class LogHealthIndicator extends AbstractHealthIndicator {
    private static final String FAILED = "sluice_log_failed";

    private final Sluice sluice;

    LogHealthIndicator(Sluice sluice) {
        super("The embedded hub is closed");
        this.sluice = sluice;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        boolean hasFailed =
                sluice.measurements().stream().anyMatch(each -> each.name().equals(FAILED) && each.value() != 0);
        builder.withDetail("url", sluice.uri().toString());
        if (hasFailed) builder.down().withDetail("log", "has failed; the application's log has the reason");
        else builder.up();
    }
}
