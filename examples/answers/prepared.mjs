/** The texts of the prepared models. */

export const torrent = {
  en: question => `You asked: “${question}”

I am a prepared model: I know one text, and write it word by word, as fast as a quick model does. What matters is what happens to my words on their way to you. Try it while I write.

Reload this page. What I have written so far is there at once, and I go on where I am. I did not notice: I write into a channel of the hub, and your page reads it from any place.

Copy the link, and open it in a second browser. Both show the same words at the same moment. Press Stop in one of them: I stop at once, before my next word, and both pages say who stopped me.

Now be rude. The terminal in which you started this has a line with kill -9 for each of its two programs. That of the hub ends it without a goodbye. My words wait in the backend until the hub is back, a second or two later. Then they follow, in order, each exactly once. Your page comes back by itself.

The other one ends the backend, and me with it. A dead author cannot say that it has died, so the hub says it: it holds a lease that I renew while I live, and ends my answer as lost five seconds after the last sign of life. The text so far is kept. Press Answer again, and the new backend writes a new answer.

None of this is special to this page. It is a channel, a cursor, a lease, and an event that ends the channel.`,
  zh: question => `您问的是：“${question}”

我是预设模型：只会一篇文字，像快的模型那样逐词写出来。重要的是我的词怎样到达您那里。请在我写的时候试一试。

刷新本页。我已写的内容立即出现，我接着往下写。我什么也没有察觉：我把词写进 hub 的一个频道，您的页面可以从任何位置读它。

复制链接，在另一个浏览器里打开。两边同时显示同样的词。在其中一边按“停止”：我立刻停笔，不再写下一个词，两个页面都会说明是谁让我停下的。

现在来硬的。您启动本例的终端里，两个程序各有一行 kill -9 命令。hub 的那一行让它立即结束，连招呼都不打。我的词在后端等着，一两秒后 hub 回来，它们按顺序送到，每个词恰好一次。您的页面会自己恢复。

另一行结束后端，也就结束了我。死去的作者无法报告自己的死亡，所以由 hub 来说：它持有一份租约，我活着时不断续期；最后一次续期五秒之后，hub 以“作者失联”结束我的回答。已写的文字保留着。按“重新回答”，新的后端会写一个新的回答。

这一切都不是本页的特殊代码，只是一个频道、一个游标、一份租约，和一个结束频道的事件。`,
};

export const brook = {
  en: question => `You asked: “${question}”

I am a prepared model, too, and a slow one. That leaves time to look at how this works.

Your question went to the backend, which published it in the channel of this conversation, and began one channel for each of us. Each answer is a channel: an event that starts it, a small event for each piece, and one that ends it. So two answers never mix, and a stop reaches exactly one of them.

Your page did not wait for the backend. It subscribes to the conversation and to all of its answers at the hub, in one request, from the beginning. That is also all that a reload does. Pieces that are older come joined, because nobody wants to watch them being typed again.

The link is the key. The backend gives whoever has it a token for this conversation: to read it, and to end its answers, and nothing else. The page cannot write a word of mine or read anyone else's conversation.

A model of your own takes my place with some lines: a function that yields text. If the environment has a key for OpenAI, or for a server that speaks like it, a real model already answers beside us.`,
  zh: question => `您问的是：“${question}”

我也是预设模型，而且写得慢。这样有时间看看它是怎样工作的。

您的问题先到后端，后端把它发布到本次对话的频道，再为我们各开一个频道。一个回答就是一个独立的频道：一个开始事件，每一段文字一个小事件，最后一个事件结束它。所以两个回答从不混在一起，停止也只作用于其中一个。

您的页面不等后端。它用一个请求向 hub 订阅整个对话和所有回答，从头读起。刷新时做的也只是这一件事。较早的各段会合并送来，因为没有人想再看一遍打字。

链接就是钥匙。谁有链接，后端就给谁一个令牌：可以读这次对话，可以结束其中的回答，此外什么都不能做。页面写不了我的一个字，也读不到别人的对话。

换上您自己的模型只要几行：一个产出文字的函数。如果环境变量里有 OpenAI 或兼容服务的密钥，真正的模型已经在我们旁边回答了。`,
};
