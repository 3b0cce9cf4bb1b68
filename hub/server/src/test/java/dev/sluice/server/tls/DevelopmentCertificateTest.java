package dev.sluice.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevelopmentCertificateTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "::1", "4a-box");

    @TempDir
    private Path folder;

    private DevelopmentCertificate made(Instant now, String... further)
            throws IOException, InvalidCertificateException {
        var names = new ArrayList<>(NAMES);
        names.addAll(List.of(further));
        return DevelopmentCertificate.in(folder.resolve("tls-dev"), now, names);
    }

    private static X509Certificate authority(DevelopmentCertificate made) throws InvalidCertificateException {
        return PemFile.certificates(made.authority()).getFirst();
    }

    private static X509Certificate own(DevelopmentCertificate made) throws InvalidCertificateException {
        return made.certificate().read().chain().getFirst();
    }

    /// Validates with the authority in the path, below its own key: the JDK ignores the constraints of an anchor.
    private static void validate(X509Certificate authority, X509Certificate own, Instant at)
            throws GeneralSecurityException {
        var anchor = new TrustAnchor(authority.getSubjectX500Principal(), authority.getPublicKey(), null);
        var parameters = new PKIXParameters(Set.of(anchor));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(own, authority));
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }

    @Test
    void isValidForItsNames() throws Exception {
        var made = made(START);
        validate(authority(made), own(made), START);
        assertThat(own(made).getSubjectAlternativeNames())
                .<Object>extracting(name -> (Object) name.get(1))
                .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "4a-box");
    }

    @Test
    void limitsTheAuthorityToItsNames() throws Exception {
        var made = made(START);
        var file = folder.resolve("tls-dev/authority-key.pem");
        var authority = new CertificateAuthority(new CertificateSource.Pem(file, file).read());
        for (String foreign : List.of("shop.example", "127.0.0.2", "::2")) {
            var issued = authority.issue(CertificateAuthority.Use.SERVER, START, DAY, foreign);
            assertThatThrownBy(() -> validate(authority(made), issued.chain().getFirst(), START))
                    .as(foreign)
                    .isInstanceOf(CertPathValidatorException.class)
                    .hasMessageContaining("name constraints");
        }
    }

    @Test
    void staysTheSameUntilAWeekBeforeItsEnd() throws Exception {
        var first = made(START);
        var own = own(first);
        var authority = authority(first);

        assertThat(own(made(START.plus(DAY.multipliedBy(357))))).isEqualTo(own);
        var later = START.plus(DAY.multipliedBy(359));
        var next = made(later);
        assertThat(own(next)).isNotEqualTo(own);
        assertThat(authority(next)).isEqualTo(authority);
        validate(authority(next), own(next), later.plus(DAY.multipliedBy(300)));
    }

    @Test
    void makesAnotherAuthorityBeforeItsEndIsThatOfACertificate() throws Exception {
        var first = authority(made(START));
        assertThat(authority(made(START.plus(DAY.multipliedBy(3_200))))).isEqualTo(first);
        var later = START.plus(DAY.multipliedBy(3_300));
        var next = made(later);
        assertThat(authority(next)).isNotEqualTo(first);
        validate(authority(next), own(next), later);
    }

    @Test
    void makesAnotherAuthorityForANameThatItsOwnDoesNotPermit() throws Exception {
        var first = authority(made(START));
        for (String further : List.of("192.168.1.5", "hub.example")) {
            var next = made(START, further);
            assertThat(authority(next)).as(further).isNotEqualTo(first);
            validate(authority(next), own(next), START);
        }
    }

    @Test
    void replacesADamagedCertificateButNoDamagedAuthority() throws Exception {
        var first = made(START);
        var authority = authority(first);
        Files.writeString(folder.resolve("tls-dev/hub.pem"), "damaged");
        assertThat(authority(made(START))).isEqualTo(authority);
        validate(authority, own(made(START)), START);

        Files.writeString(folder.resolve("tls-dev/authority-key.pem"), "damaged");
        assertThatThrownBy(() -> made(START))
                .isInstanceOf(InvalidCertificateException.class)
                .hasMessageContaining("authority-key.pem");
    }

    @Test
    void isReadByItsOwnerOnly() throws Exception {
        made(START);
        var made = folder.resolve("tls-dev");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
        try (var files = Files.list(made)) {
            assertThat(files.toList())
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }
}
