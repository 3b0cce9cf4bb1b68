package dev.sluice.app;

import dev.sluice.server.tls.PemFile;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/// Keys that sign the tokens of tests.
public final class TestKeys {
    private TestKeys() {}

    /// @param type `RSA`, `EC` or `Ed25519`
    /// @param bits the size of a key of the first two types
    public static KeyPair pair(String type, int bits) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance(type);
        if (type.equals("EC")) generator.initialize(new ECGenParameterSpec("secp" + bits + "r1"));
        else if (type.equals("RSA")) generator.initialize(bits);
        return generator.generateKeyPair();
    }

    /// A key in the format of its file.
    ///
    /// @param label such as `PRIVATE KEY`
    public static String pem(String label, Key key) {
        return PemFile.text(label, key.getEncoded());
    }
}
