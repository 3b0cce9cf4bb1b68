package dev.sluice.app.locale;

import dev.sluice.Sluice;
import dev.sluice.client.Event;
import dev.sluice.client.Publication;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;
import dev.sluice.cluster.folder.NodeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;

/// A program with the library and the client in it, on a machine with other digits. Its arguments: a folder, and the
/// locales that become the default one after another, the first one for three starts; without them, the machine's. It
/// ends with an exception if something can't be read again.
final class EmbeddingProgram {
    private static final String CHANNEL = "locale/ü 1";
    private static final int STARTS = 3; // The second start writes what only the third one reads.

    private EmbeddingProgram() {}

    static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        int starts = STARTS;
        for (String tag : args.length < 2 ? new String[] {Locale.getDefault().toLanguageTag()} : args[1].split(",")) {
            Locale.setDefault(Locale.forLanguageTag(tag));
            for (int start = 1; start <= starts; start++)
                publishAndRead(folder.resolve("hub"), tag + " grüße " + start);
            writeAndReadANode(folder.resolve(tag));
            starts = 1;
        }
        System.out.println("read everything again");
    }

    private static void publishAndRead(Path folder, String text) throws Exception {
        try (var app = Sluice.in(folder).port(0).start();
                var client = SluiceClient.to(app.uri().toString())) {
            client.publish(Publication.text(CHANNEL, text));
            try (var messages = client.subscribe(SubscribeRequest.to(CHANNEL).last(1))) {
                check(text, ((Event) messages.iterator().next()).text());
            }
        }
    }

    private static void writeAndReadANode(Path folder) throws Exception {
        var node = new NodeFile(42, new UUID(1, 2), 17, NodeFile.Stage.FOUNDING, false);
        Files.createDirectories(folder);
        node.write(folder);
        check(node, NodeFile.read(folder));
    }

    private static void check(Object expected, Object found) {
        if (!expected.equals(found)) throw new IllegalStateException("expected " + expected + ", found " + found);
    }
}
