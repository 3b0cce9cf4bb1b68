package dev.sluice.server.auth.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names in certificates that OpenSSL made, each with `openssl req -x509 -newkey ec -pkeyopt
/// ec_paramgen_curve:P-256 -nodes -days 36500`, `-subj` and `-addext subjectAltName=`.
final class CertificateNameTest {
    /// Subject `/O=Shop, Ltd/CN=pump 7`, and a name of each type.
    private static final X509Certificate ONE_OF_EACH = certificate("""
            -----BEGIN CERTIFICATE-----
            MIIB9jCCAZygAwIBAgIUEv0TPQ4rM1FI1csVeMWGhb+o5ZcwCgYIKoZIzj0EAwIw
            JTESMBAGA1UECgwJU2hvcCwgTHRkMQ8wDQYDVQQDDAZwdW1wIDcwIBcNMjYxMTIy
            MTk0ODEyWhgPMjEyNjEwMjkxOTQ4MTJaMCUxEjAQBgNVBAoMCVNob3AsIEx0ZDEP
            MA0GA1UEAwwGcHVtcCA3MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAED2CHPQsR
            Xv6F584Cw2BfdiFgxg1dc/XVwuVsYoJ4tv8GKckw8NwLwB+z5LT0pH+NDys1L913
            Ybgi6kxqFRYH76OBpzCBpDAdBgNVHQ4EFgQUnWgPH9x7oZpHXAuj2EL+Psf/Zzsw
            HwYDVR0jBBgwFoAUnWgPH9x7oZpHXAuj2EL+Psf/ZzswDwYDVR0TAQH/BAUwAwEB
            /zBRBgNVHREESjBIghNwdW1wLTcuc2hvcC5leGFtcGxlgRNwdW1wLTdAc2hvcC5l
            eGFtcGxlhhxzcGlmZmU6Ly9zaG9wLmV4YW1wbGUvcHVtcC83MAoGCCqGSM49BAMC
            A0gAMEUCIAz6Oi/ToKkyEx9kcZ9iKDeTSF1SOUGYbib1ccQpwHrPAiEAnlrlcSID
            gSKAiZ/T5hCRVvkwqre1RrFVDN5zNEs5E2s=
            -----END CERTIFICATE-----
            """);

    /// Subject `/CN=a/CN=b`, `DNS:a.example,DNS:b.example`.
    private static final X509Certificate TWO = certificate("""
            -----BEGIN CERTIFICATE-----
            MIIBpzCCAU6gAwIBAgIUPxgPp7mS0tPJuq3cmn4ib13G1oEwCgYIKoZIzj0EAwIw
            GDEKMAgGA1UEAwwBYTEKMAgGA1UEAwwBYjAgFw0yNjExMjIxOTQ4MTJaGA8yMTI2
            MTAyOTE5NDgxMlowGDEKMAgGA1UEAwwBYTEKMAgGA1UEAwwBYjBZMBMGByqGSM49
            AgEGCCqGSM49AwEHA0IABCzgBsOjLTWGNF/FgXVMkZKyRfXG61MVsmofTNgBeh2c
            Xe82SdvnCzstdXgjNH2l+hWTdppim+EL+LzcNEfnxkejdDByMB0GA1UdDgQWBBR0
            SgtaPdySIXItnd/1taN+vhwfKjAfBgNVHSMEGDAWgBR0SgtaPdySIXItnd/1taN+
            vhwfKjAPBgNVHRMBAf8EBTADAQH/MB8GA1UdEQQYMBaCCWEuZXhhbXBsZYIJYi5l
            eGFtcGxlMAoGCCqGSM49BAMCA0cAMEQCIDJWLDTCBjfjlyPGWwp4MVVWKW/fiFsn
            vtW71e7PjmDiAiBrB3UQ8QL9TdGh6wzEGW++pG+ziDT2+ZtNC3/XO7Q0MA==
            -----END CERTIFICATE-----
            """);

    private static X509Certificate certificate(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CN, pump 7",
        "DNS, pump-7.shop.example",
        "EMAIL, pump-7@shop.example",
        "URI, spiffe://shop.example/pump/7"
    })
    void readsTheOneNameOfItsType(CertificateName type, String name) {
        assertThat(type.of(ONE_OF_EACH)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"CN, and has 2.", "DNS, and has 2.", "EMAIL, and has none.", "URI, and has none."})
    void refusesACertificateWithNoneOrSeveral(CertificateName type, String why) {
        assertThatThrownBy(() -> type.of(TWO))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageEndingWith(why);
    }

    @Test
    void namesTheRequiredType() {
        assertThatThrownBy(() -> CertificateName.URI.of(TWO)).hasMessageContaining("alternative name of the type URI");
    }
}
