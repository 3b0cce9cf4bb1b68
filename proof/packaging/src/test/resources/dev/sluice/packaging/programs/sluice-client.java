import dev.sluice.client.Event;
import dev.sluice.client.Message;
import dev.sluice.client.Publication;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;

/** Publishes to the hub of its argument, and prints what it reads there. */
final class Main {
    public static void main(String[] arguments) throws InterruptedException {
        try (SluiceClient client = SluiceClient.to(arguments[0])) {
            client.publish(Publication.text("chat/7", "hello from a client"));
            try (var messages = client.subscribe(SubscribeRequest.to("chat/7").last(1))) {
                for (Message message : messages) {
                    if (!(message instanceof Event event)) continue;
                    System.out.println(event.text());
                    break;
                }
            }
        }
    }
}
