package dev.sluice.app.deploy;

import dev.sluice.server.tls.TestCertificates;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;

/// A certificate for `localhost` in the files that proxies read.
///
/// @param trusting accepts certificates of the tests' authority only
record Certificate(SSLContext trusting) {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    /// Writes `fullchain.pem`, `privkey.pem` and `combined.pem` (both of them) to the folder.
    static Certificate in(Path folder) throws IOException {
        var certified = CERTIFICATES.forLocalhost();
        String chain = TestCertificates.pem(certified.chain().toArray(X509Certificate[]::new));
        String key = TestCertificates.pem("PRIVATE KEY", certified.key().getEncoded());
        Files.writeString(folder.resolve("fullchain.pem"), chain);
        Files.writeString(folder.resolve("privkey.pem"), key);
        Files.writeString(folder.resolve("combined.pem"), chain + key);
        return new Certificate(CERTIFICATES.client(null));
    }

    /// A client that accepts this certificate only. Close it after the proxy: it waits for all its streams.
    HttpClient client() {
        return HttpClient.newBuilder().sslContext(trusting).build();
    }
}
