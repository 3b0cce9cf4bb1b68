package dev.sluice.app.chaos;

import java.net.http.HttpClient;
import java.util.Random;

/// A fault under load. After the fault everything is mended, and the histories are checked.
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
    Result run(Fault fault) throws Exception {
        load.start();
        load.awaitMore(10 + random.nextInt(20), 0);
        load.subscribeAfterNewest();
        fault.inflict(cluster, random, load.history());
        int started = Fault.heal(cluster);
        load.awaitMore(20, 5);
        load.end();
        started += cluster.awaitCaughtUp();
        return new Result(load.check(cluster.urls()), started);
    }
}
