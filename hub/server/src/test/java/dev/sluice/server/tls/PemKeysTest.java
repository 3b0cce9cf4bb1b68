package dev.sluice.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;

/// Key files in the formats that tools write: PKCS #8, PKCS #1 and SEC 1.
final class PemKeysTest {
    private static KeyPair pair(String type, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static boolean signs(PrivateKey key, KeyPair pair) throws Exception {
        Signature signature = Signature.getInstance("SHA256with" + (key instanceof ECKey ? "ECDSA" : "RSA"));
        signature.initSign(key);
        signature.update((byte) 1);
        byte[] signed = signature.sign();
        signature.initVerify(pair.getPublic());
        signature.update((byte) 1);
        return signature.verify(signed);
    }

    @Test
    void readsPrivateKeysOfAllFormats() throws Exception {
        for (KeyPair pair : List.of(pair("RSA", 1_024), pair("EC", 256))) {
            byte[] encoded = pair.getPrivate().getEncoded();
            for (String text : List.of(PemFile.text("PRIVATE KEY", encoded), TestCertificates.traditional(encoded))) {
                assertThat(PemKeys.hasPrivateKey(text)).isTrue();
                assertThat(signs(PemKeys.privateKey(text), pair)).isTrue();
            }
        }
    }

    @Test
    void readsPublicKeysOfBothFormats() throws Exception {
        KeyPair pair = pair("RSA", 1_024);
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] inner =
                SubjectPublicKeyInfo.getInstance(encoded).getPublicKeyData().getBytes();
        assertThat(PemKeys.publicKey(PemFile.text("PUBLIC KEY", encoded))).isEqualTo(pair.getPublic());
        assertThat(PemKeys.publicKey(PemFile.text("RSA PUBLIC KEY", inner))).isEqualTo(pair.getPublic());
    }

    @Test
    void saysWhatIsWrongWithAKey() throws Exception {
        byte[] ec = PrivateKeyInfo.getInstance(pair("EC", 256).getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        for (String text : List.of(
                PemFile.text("EC PRIVATE KEY", ec), // Without the curve.
                PemFile.text("RSA PRIVATE KEY", ec),
                PemFile.text("EC PRIVATE KEY", new byte[40]),
                PemFile.text("PRIVATE KEY", ec))) {
            assertThatThrownBy(() -> PemKeys.privateKey(text)).hasMessageContaining("damaged");
        }
        for (String text : List.of(
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
                "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAA==\n"
                        + "-----END EC PRIVATE KEY-----\n")) {
            assertThatThrownBy(() -> PemKeys.privateKey(text)).hasMessageContaining("has an encrypted private key");
        }
        assertThatThrownBy(() -> PemKeys.privateKey(PemFile.text("EC PARAMETERS", new byte[3])))
                .hasMessageContaining("has no private key");
    }
}
