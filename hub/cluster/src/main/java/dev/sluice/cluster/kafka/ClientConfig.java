package dev.sluice.cluster.kafka;

import dev.sluice.core.cluster.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Configures Kafka's clients for this order. `docs/decisions/0038-when-kafka-orders.md` has the reasons.
final class ClientConfig {
    /// Kafka's own logger, set to a level at which it does not log each lost connection. A field, because the
    /// JDK garbage-collects loggers without references.
    private static final Logger KAFKA_LOG = Logger.getLogger("org.apache.kafka");

    static {
        if (KAFKA_LOG.getLevel() == null) KAFKA_LOG.setLevel(Level.SEVERE);
    }

    /// The largest proposal, with the overhead of the order.
    static final int RECORD_BYTES_MAX = (16 << 20) + (64 << 10);

    /// The maximum size of a fetch. A larger record is fetched alone.
    private static final int FETCH_BYTES = 4 << 20;

    /// Four proposals of the largest size.
    private static final long BUFFER_BYTES = 4L * RECORD_BYTES_MAX;

    /// A broker that does not answer within this time is stopped or cut off, and another one may lead by now.
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(3);

    private static final Duration DELIVERY_TIMEOUT_MAX = Duration.ofSeconds(30);
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RECONNECT_MAX = Duration.ofMillis(500);

    private final KafkaSettings settings;

    ClientConfig(KafkaSettings settings) {
        this.settings = settings;
    }

    Admin admin() {
        Map<String, Object> config = common();
        config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, ms(ADMIN_TIMEOUT));
        return Admin.create(config);
    }

    Consumer<byte[], byte[]> consumer() {
        Map<String, Object> config = common();
        // The reader must never be moved silently, neither at its start nor by a topic that lost entries.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ms(ADMIN_TIMEOUT));
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// @param publishTimeout the time after which a publish fails; deliveries give up earlier
    Producer<byte[], byte[]> producer(Duration publishTimeout) {
        Duration delivery = min(publishTimeout.dividedBy(2), DELIVERY_TIMEOUT_MAX);
        Map<String, Object> config = common();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0); // A proposal is a group of publishes already.
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RECORD_BYTES_MAX);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, ms(min(delivery, REQUEST_TIMEOUT)));
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ms(delivery));
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ms(min(delivery, REQUEST_TIMEOUT)));
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> common() {
        Map<String, Object> config = new HashMap<>(settings.client());
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, String.join(",", settings.servers()));
        config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, ms(REQUEST_TIMEOUT));
        config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, ms(RECONNECT_MAX));
        config.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, ""); // No JMX: Sluice has its own metrics.
        config.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        return config;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static int ms(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
