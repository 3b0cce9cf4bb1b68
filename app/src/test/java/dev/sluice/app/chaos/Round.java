package dev.sluice.app.chaos;

import java.net.http.HttpClient;
import java.util.List;
import java.util.Random;

/// Faults, one after the other, under load. After each fault everything is mended; at the end the histories are
/// checked.
final class Round {
    private final ChaosCluster cluster;
    private final Random random;
    private final Load load;

    /// What was done in a round.
    ///
    /// @param started nodes that had ended
    record Result(Load.Result load, int started) {}

    Round(ChaosCluster cluster, HttpClient http, int number, Random random) {
        this.cluster = cluster;
        this.random = random;
        load = new Load(
                http, choices -> cluster.url(choices.nextInt(ChaosCluster.SIZE)), Integer.toString(number), random);
    }

    /// @throws AssertionError if clients get no further, or there is a violation
    Result run(List<Fault> faults) throws Exception {
        load.start();
        load.awaitMore(10 + random.nextInt(20), 0);
        load.subscribeAfterNewest();
        int started = 0;
        for (Fault each : faults) {
            each.inflict(cluster, random, load.history());
            started += Fault.heal(cluster);
            load.awaitMore(20, 0);
        }
        load.awaitMore(0, 5);
        load.end();
        started += cluster.awaitCaughtUp();
        return new Result(load.check(cluster.urls()), started);
    }
}
