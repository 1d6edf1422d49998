import { type FromSupervisor, supervise, type ToSupervisor } from './supervisor.ts';

/** The process that the local runner forks: it outlives the controller just long enough to write down what was. */
let supervisor: ReturnType<typeof supervise> | undefined;

process.on('message', (word: ToSupervisor) => {
  if ('open' in word)
    supervisor = supervise(word.open, (told: FromSupervisor) => {
      if (process.connected) process.send!(told, () => undefined);
    });
  else if ('start' in word) supervisor!.start(word.start);
  else supervisor!.cancel(word.cancel);
});

process.on('disconnect', async () => {
  await supervisor?.close();
  process.exit(0);
});
// signals to the whole group are for the controller, which closes the channel when it ends
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
