package dev.sluice.config;

import dev.sluice.config.protocol.MercureTable;
import dev.sluice.config.protocol.PusherTable;
import dev.sluice.config.protocol.RelayTable;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Source;
import dev.sluice.server.tls.CertificateSource;
import dev.sluice.server.tls.InvalidCertificateException;
import dev.sluice.server.tls.PemFile;
import dev.sluice.server.tls.TlsSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Checks the files of all addresses with TLS, before the hub starts.
public final class TlsFiles {
    private static final String READ_BY_OTHERS =
            "has a private key that every user of this machine can read: make a new one, with chmod 600.";
    private static final String SECRETS_READ_BY_OTHERS =
            "has secrets that every user of this machine can read: make it chmod 600.";

    private final Configuration configuration;
    private final Instant now;
    private final List<String> warnings = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    private TlsFiles(Configuration configuration, Instant now) {
        this.configuration = configuration;
        this.now = now;
    }

    /// @return sentences for the operator
    /// @throws InvalidConfigurationException if a file is missing or unsuitable, with all mistakes
    public static List<String> check(Configuration configuration, Instant now) throws InvalidConfigurationException {
        var files = new TlsFiles(configuration, now);
        for (var entry : configuration.listens()) {
            var tls = entry.listener(configuration.folder(), TlsSettings.HANDSHAKE_TIME)
                    .tls();
            if (tls != null) files.check(entry, tls);
        }
        files.checkNode();
        if (!files.faults.isEmpty()) throw new InvalidConfigurationException(files.faults);
        return List.copyOf(files.warnings);
    }

    private void check(ListenEntry entry, TlsSettings tls) {
        try {
            if (tls.clientCas() != null) PemFile.certificates(tls.clientCas());
            check(entry, tls.certificate());
        } catch (InvalidCertificateException invalid) {
            var setting = entry.settingOf(invalid.file(), configuration.folder());
            faults.add(entry.values()
                    .value(setting)
                    .source()
                    .fault("The file of '%s' is unusable: %s".formatted(setting.key(), invalid.getMessage())));
        }
    }

    private void check(ListenEntry entry, CertificateSource certificate) throws InvalidCertificateException {
        var certified = certificate.read();
        certified
                .problem(now)
                .ifPresent(problem -> warn(entry, certificate.files().getFirst(), problem));
        if (KeyFiles.isReadByOthers(certificate.secret())) {
            warn(entry, certificate.secret(), READ_BY_OTHERS);
        }
    }

    /// Checks only the permissions of the files with a node's and protocols' secrets; their readers check
    /// everything else about them.
    private void checkNode() {
        checkSecret(ClusterTable.KEY_FILE, READ_BY_OTHERS);
        checkSecret(KafkaTable.PROPERTIES_FILE, SECRETS_READ_BY_OTHERS);
        checkSecret(PusherTable.APPS_FILE, SECRETS_READ_BY_OTHERS);
        checkSecret(RelayTable.OPENAI_KEY_FILE, SECRETS_READ_BY_OTHERS);
        checkSecret(RelayTable.ANTHROPIC_KEY_FILE, SECRETS_READ_BY_OTHERS);
        if (configuration.get(MercureTable.ALGORITHM).isSymmetric()) {
            checkSecret(MercureTable.PUBLISHER_KEY_FILE, SECRETS_READ_BY_OTHERS);
            checkSecret(MercureTable.SUBSCRIBER_KEY_FILE, SECRETS_READ_BY_OTHERS);
        }
    }

    private void checkSecret(Setting<String> setting, String problem) {
        if (configuration.get(setting).isEmpty()) return;
        Path file = configuration.folder().resolve(configuration.get(setting));
        if (KeyFiles.isReadByOthers(file)) {
            warn(configuration.values().value(setting).source(), file, problem);
        }
    }

    private void warn(ListenEntry entry, Path file, String problem) {
        warn(entry.values().value(entry.settingOf(file, configuration.folder())).source(), file, problem);
    }

    private void warn(Source source, Path file, String problem) {
        warnings.add("The file '%s' (%s) %s".formatted(file, source.text(), problem));
    }
}
