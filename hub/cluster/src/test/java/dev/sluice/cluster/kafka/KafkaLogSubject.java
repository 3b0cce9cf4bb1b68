package dev.sluice.cluster.kafka;

import dev.sluice.cluster.NodesLogSubject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Logs with an order in a Kafka topic.
abstract class KafkaLogSubject extends NodesLogSubject {
    private static Brokers brokers;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        brokers = new Brokers(folder, 1);
        begin((size, listeners) -> TopicEnds.open(brokers.topic("contract"), size, listeners));
    }

    @AfterAll
    static void closeBrokers() {
        brokers.close();
    }
}
