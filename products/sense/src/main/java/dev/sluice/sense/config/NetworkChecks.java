package dev.sluice.sense.config;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.check.DnsCheck;
import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.PingCheck;
import dev.sluice.sense.check.TcpCheck;
import dev.sluice.sense.check.TlsCheck;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/// Reads the keys of checks of hosts and ports.
record NetworkChecks(Network network, InstantSource clock) {
    private static final List<String> RECORDS =
            List.of("A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA", "PTR", "SRV", "CAA");

    Check tcp(Fields fields, String name) {
        return new TcpCheck(
                network,
                fields.text("host"),
                port(fields, 0),
                CheckDefinition.timeout(fields),
                fields.text("send", ""),
                fields.text("expect_text", ""));
    }

    Check tls(Fields fields, String name) {
        String host = fields.text("host");
        Duration left = fields.time("certificate_left", Duration.ofDays(14), Duration.ZERO, Duration.ofDays(365));
        return new TlsCheck(
                network,
                host,
                port(fields, 443),
                CheckDefinition.timeout(fields),
                fields.text("server_name", host),
                left,
                clock);
    }

    Check dns(Fields fields, String name) {
        Name asked = fields.parsed("host", DnsCheck::name).orElse(Name.root);
        if (!fields.has("host")) fields.text("host");
        int type = Type.value(fields.choice("record", "A", RECORDS));
        return new DnsCheck(fields.text("server", ""), port(fields, 53), asked, type, fields.text("expect_value", ""));
    }

    Check ping(Fields fields, String name) {
        return fields.parsed("host", PingCheck::new).orElseGet(() -> {
            if (!fields.has("host")) fields.text("host");
            return new PingCheck("localhost");
        });
    }

    /// @param otherwise the default; 0 if the port is required
    private static int port(Fields fields, int otherwise) {
        if (otherwise == 0 && !fields.has("port")) fields.fault("port", "is missing");
        return fields.integer("port", Math.max(1, otherwise), 1, 65_535);
    }
}
