package dev.sluice.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.net.address.AddressLiteral;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ClientTableTest {
    private static final long SECOND = 1_000_000_000;
    private static final RateLimit ONE = RateLimit.perSecond("x", 1);

    private record One(TokenBucket bucket) implements ClientTable.Buckets {
        @Override
        public boolean isFull(long nowNs) {
            return bucket.isFull(nowNs);
        }
    }

    private final AtomicLong nowNs = new AtomicLong();
    private final ClientTable<One> table =
            new ClientTable<>(100, now -> new One(new TokenBucket(ONE, now)), nowNs::get);

    private long take(String name) {
        return table.of(new ClientKey.Name(name)).bucket().take(1, nowNs.get());
    }

    private static ClientKey key(String address) {
        return ClientKey.of(AddressLiteral.parse(address).orElseThrow());
    }

    @Test
    void remembersItsClients() {
        for (int i = 0; i < 5; i++) assertThat(take("a")).isZero();
        assertThat(take("a")).isPositive();
        assertThat(take("b")).isZero();
    }

    @Test
    void staysWithinItsSizeAndLetsTheOverflowShareOneLimit() {
        for (int i = 0; i < 5; i++) take("early");
        for (int i = 0; i < 1_000; i++) take("flood " + i);
        assertThat(table.size()).isEqualTo(100);
        assertThat(take("newcomer")).isPositive();
        assertThat(take("early")).as("clients in the table keep their own").isPositive();
        assertThat(table.of(new ClientKey.Name("newcomer"))).isSameAs(table.of(new ClientKey.Name("other")));
        assertThat(table.of(new ClientKey.Name("early"))).isNotSameAs(table.of(new ClientKey.Name("other")));
    }

    @Test
    void evictsClientsWhoseBucketsAreFull() {
        for (int i = 0; i < 100; i++) take("once " + i);
        for (int i = 0; i < 5; i++) take("busy");
        nowNs.addAndGet(SECOND);
        for (int i = 0; i < 100; i++) assertThat(take("newcomer " + i)).isZero();
        assertThat(table.size()).isLessThanOrEqualTo(100);
    }

    @Test
    void countsAnIpv6NetworkAsOneClient() {
        assertThat(key("2001:db8:0:1::1")).isEqualTo(key("2001:db8:0:1:ffff::2"));
        assertThat(key("2001:db8:0:1::1")).isNotEqualTo(key("2001:db8:0:2::1"));
        assertThat(key("::ffff:192.0.2.1")).isEqualTo(key("192.0.2.1"));
        assertThat(key("192.0.2.1")).isNotEqualTo(key("192.0.2.2"));
        assertThat(key("0.0.0.1")).isNotEqualTo(key("0:0:0:1::"));
    }
}
