// Node's `ws` as in its own broadcast examples: send to each client.
import { WebSocketServer } from 'ws';
import { join, listen, publish, readersOf, serverOf } from './channels.mjs';

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
const server = serverOf((request, response) =>
    publish(request, response, (channel, data) => {
        for (const socket of readersOf(channel)) socket.send(data);
    }),
);
server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (client) => {
        client.on('close', join(request.url.slice('/sub/'.length), client));
        client.on('error', () => client.terminate());
    }),
);
listen(server);
