package dev.sluice.sense.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Network;
import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.config.NotifierTypes;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.TestCertificates;
import java.net.InetAddress;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// E-mail over TLS: the certificate must be from a trusted authority and for the name of the server. Without
/// TLS nothing is sent, least of all the password.
class MailSecurityTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();
    private static final TestCertificates OTHERS = new TestCertificates();
    private static GreenMail mail;

    @BeforeAll
    static void start() {
        mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        mail.setUser("sense@shop.example", "sense", "s3cret");
    }

    @AfterAll
    static void stop() {
        mail.stop();
    }

    private static CertifiedKey forOtherName() {
        return CERTIFICATES.forServer(Instant.now(), Duration.ofDays(1), "127.0.0.1");
    }

    private static KeyStore trusted() throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("authority", CERTIFICATES.authority());
        return store;
    }

    private static Delivery send(String security, int port) throws Exception {
        return send(security, port, Dns.SYSTEM);
    }

    private static Delivery send(String security, int port, Dns dns) throws Exception {
        Map<String, Object> values = Map.of(
                "name", "ops",
                "type", "email",
                "host", "localhost",
                "port", port,
                "security", security,
                "user", "sense",
                "password", "s3cret",
                "from", "sense@shop.example",
                "to", List.of("ops@shop.example"));
        var clock = InstantSource.system();
        var parser = new DefinitionParser(Map.of(), NotifierTypes.all(clock, Network.of(dns, trusted())));
        var failure = new Failure("status 2xx", "503");
        var alert = new Alert(
                Alert.Kind.OPENED,
                null,
                "abc",
                7,
                "shop",
                "shop",
                failure,
                clock.instant(),
                clock.instant(),
                Duration.ZERO,
                null);
        return parser.notifier(values).notifier().send(alert);
    }

    private static Delivery through(TestCertificates authority, CertifiedKey shown, boolean isStartTls)
            throws Exception {
        try (var gate =
                new MailGate(authority.client(shown), isStartTls, mail.getSmtp().getPort())) {
            return send(isStartTls ? "starttls" : "tls", gate.port());
        }
    }

    @Test
    void sendsOverTlsAndStartTlsToAServerWithItsNameInItsCertificate() throws Exception {
        int before = mail.getReceivedMessages().length;
        assertThat(through(CERTIFICATES, CERTIFICATES.forLocalhost(), false)).isEqualTo(new Delivery.Accepted());
        assertThat(through(CERTIFICATES, CERTIFICATES.forLocalhost(), true)).isEqualTo(new Delivery.Accepted());
        assertThat(mail.getReceivedMessages()).hasSize(before + 2);
    }

    @Test
    void triesEachAddressOfTheServerAndAsksTheOneThatAnswersForTheNameInTheSettings() throws Exception {
        Dns dns = _ -> List.of(InetAddress.getByName("127.0.0.79"), InetAddress.getByName("127.0.0.1"));
        for (boolean isStartTls : List.of(false, true)) {
            try (var gate = new MailGate(
                    CERTIFICATES.client(CERTIFICATES.forLocalhost()),
                    isStartTls,
                    mail.getSmtp().getPort())) {
                assertThat(send(isStartTls ? "starttls" : "tls", gate.port(), dns))
                        .isEqualTo(new Delivery.Accepted());
            }
        }
    }

    @Test
    void refusesAnotherNameAnotherAuthorityAndAServerWithoutTls() throws Exception {
        for (boolean isStartTls : List.of(false, true)) {
            assertThat(through(CERTIFICATES, forOtherName(), isStartTls).toString())
                    .contains("Failed", "localhost")
                    .doesNotContain("s3cret");
            assertThat(through(OTHERS, OTHERS.forLocalhost(), isStartTls).toString())
                    .contains("untrusted certificate");
        }
        assertThat(send("starttls", mail.getSmtp().getPort()).toString()).contains("STARTTLS");
        assertThat(send("tls", mail.getSmtp().getPort()).toString()).contains("TLS failed");
        assertThat(send("tls", 1).toString()).contains("connection refused");
    }
}
