package dev.sluice.sense.server;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.check.Outcome;

/// Compares the figures of a server with a threshold.
public record ThresholdCheck(ServerRegistry servers, String server, Threshold threshold) implements Check {
    @Override
    public Outcome run() {
        return servers.judge(server, threshold);
    }
}
