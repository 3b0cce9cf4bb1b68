package dev.sluice.app.deploy;

import dev.sluice.server.tls.PemFile;
import dev.sluice.server.tls.TestCertificates;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/// A certificate for `localhost` in the files that proxies read.
///
/// @param trusting accepts certificates of the tests' authority only
record Certificate(SSLContext trusting) {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    /// Writes `fullchain.pem`, `privkey.pem` and `combined.pem` (both of them) to the folder.
    static Certificate in(Path folder) throws IOException {
        var certified = CERTIFICATES.forLocalhost();
        String chain = PemFile.text(certified.chain());
        String key = PemFile.text(certified.key());
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
