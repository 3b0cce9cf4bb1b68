package dev.sluice.spring.boot;

import dev.sluice.Sluice;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/// Reports an embedded hub as down once its log has failed, or it drains or is closed: it then serves no
/// clients until the application restarts.
final class LogHealthIndicator extends AbstractHealthIndicator {
    private final Sluice sluice;

    LogHealthIndicator(Sluice sluice) {
        super("The embedded hub does not say whether it is ready");
        this.sluice = sluice;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.withDetail("url", sluice.uri().toString());
        if (sluice.isReady()) {
            builder.up();
        } else {
            builder.down()
                    .withDetail("hub", "its log has failed, or it drains or is closed: see the application's log");
        }
    }
}
