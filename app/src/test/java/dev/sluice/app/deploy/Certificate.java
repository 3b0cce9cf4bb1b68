package dev.sluice.app.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate for `localhost`, made for one test by the JDK's `keytool`, in the files that proxies read.
///
/// @param trusting accepts this certificate only
record Certificate(SSLContext trusting) {
    private static final String PASSWORD = "changeit";
    private static final String NAME = "hub";

    /// Writes `fullchain.pem`, `privkey.pem` and `combined.pem` (both of them) to the folder.
    static Certificate in(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve("hub.p12");
        generate(file);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        String chain = pem("CERTIFICATE", store.getCertificate(NAME).getEncoded());
        String key =
                pem("PRIVATE KEY", store.getKey(NAME, PASSWORD.toCharArray()).getEncoded());
        Files.writeString(folder.resolve("fullchain.pem"), chain);
        Files.writeString(folder.resolve("privkey.pem"), key);
        Files.writeString(folder.resolve("combined.pem"), chain + key);
        return new Certificate(trusting(store));
    }

    /// A client that accepts this certificate only. Close it after the proxy: it waits for all its streams.
    HttpClient client() {
        return HttpClient.newBuilder().sslContext(trusting).build();
    }

    private static void generate(Path file) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder((System.getProperty("java.home")
                                + "/bin/keytool -genkeypair -alias " + NAME
                                + " -keyalg EC -groupname secp256r1 -dname CN=localhost -ext SAN=dns:localhost -validity 2"
                                + " -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + file)
                        .split(" "))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes());
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) throw new AssertionError(output);
    }

    private static SSLContext trusting(KeyStore store) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(NAME, store.getCertificate(NAME));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), new SecureRandom());
        return context;
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}
