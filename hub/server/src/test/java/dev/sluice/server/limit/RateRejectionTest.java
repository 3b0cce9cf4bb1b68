package dev.sluice.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import dev.sluice.server.net.address.AddressLiteral;
import org.junit.jupiter.api.Test;

final class RateRejectionTest {
    private static ClientKey at(String address) {
        return ClientKey.of(AddressLiteral.parse(address).orElseThrow());
    }

    @Test
    void saysWhichSettingAndHowLongInWholeSeconds() {
        RateRejection refusal = new RateRejection(RateLimit.perSecond("limits.requests_per_second", 7));
        for (long[] each : new long[][] {{1, 1}, {1_000_000_000, 1}, {1_000_000_001, 2}, {59_500_000_000L, 60}}) {
            var problem = refusal.of(at("192.0.2.1"), each[0]);
            assertThat(problem.status()).isEqualTo(429);
            assertThat(problem.headers()).containsEntry("Retry-After", "" + each[1]);
            assertThat(problem.detail()).contains("limits.requests_per_second", "7 in 1 s");
        }
    }

    @Test
    void logsTheFirstClientOnly() {
        try (var logged = new LoggedLines(RateRejection.class)) {
            RateRejection refusal = new RateRejection(RateLimit.perSecond("limits.only_here", 7));
            refusal.of(at("2001:db8::1"), 1);
            refusal.of(at("192.0.2.1"), 1);
            assertThat(logged.lines("limits.only_here"))
                    .singleElement()
                    .asString()
                    .contains("2001:db8:0:0:0:0:0:0/64", "trusted_proxies");
        }
    }
}
