package dev.sluice.demos;

import dev.sluice.server.Browser;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openqa.selenium.Keys;

/// Somebody in a room of the chat, with a browser of their own.
record Guest(Browser browser, String name) {
    private static final String SAID = "[...document.querySelectorAll('#messages .message')]"
            + ".map(row => row.querySelector('.who').textContent + ': ' + row.querySelector('.text').textContent)";

    /// Enters a room, under this name, and waits until they are in it.
    Guest enter(URI hub, String room) {
        browser.open(hub.resolve("/livez")); // Of the same origin, so that what is kept there is the page's.
        browser.run("sessionStorage.clear(); sessionStorage.setItem('sluice.chat.name', arguments[0])", name);
        String hash = URLEncoder.encode(room, StandardCharsets.UTF_8).replace("+", "%20");
        browser.open(hub.resolve("/demos/client/chat.html#" + hash)).awaitState("open");
        return awaitHere(name);
    }

    /// Waits until somebody is seen to be here.
    Guest awaitHere(String who) {
        browser.await(
                "[...document.querySelectorAll('#here bdi')].some(each => each.textContent === arguments[0])", who);
        return this;
    }

    Guest awaitGone(String who) {
        browser.await(
                "[...document.querySelectorAll('#here bdi')].every(each => each.textContent !== arguments[0])", who);
        return this;
    }

    Guest write(String text) {
        browser.find("#text").sendKeys(text);
        return this;
    }

    Guest say(String text) {
        browser.find("#text").sendKeys(text, Keys.ENTER);
        return this;
    }

    @SuppressWarnings("unchecked") // An array of strings in JavaScript.
    List<String> said() {
        return (List<String>) browser.run("return " + SAID);
    }

    Guest awaitSaid(int count) {
        browser.await("document.querySelectorAll('#messages .message').length === arguments[0]", count);
        return this;
    }

    Guest awaitSaid(String text) {
        browser.await(SAID + ".includes(arguments[0])", text);
        return this;
    }

    Guest awaitUnsent(int count) {
        browser.await("document.querySelectorAll('#unsent li').length === arguments[0]", count);
        return this;
    }

    /// Does not wait for the pause between two tries.
    Guest retry() {
        browser.run("document.getElementById('again').click()"); // Shown or not: the pause may just be over.
        return this;
    }

    Guest awaitText(String selector, String text) {
        browser.await("document.querySelector(arguments[0])?.innerText.includes(arguments[1])", selector, text);
        return this;
    }
}
