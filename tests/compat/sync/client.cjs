// What a user of npm's @sync.so/sdk does; prints what it got as JSON.
const fs = require("node:fs");
const path = require("node:path");
const { SyncClient } = require("@sync.so/sdk");

const [base, key, media, folder] = process.argv.slice(2);
const ended = ["COMPLETED", "FAILED", "REJECTED"];
const pause = () => new Promise((done) => setTimeout(done, 300));

const line = (id, mode) =>
  JSON.stringify({
    request_id: id,
    endpoint: "/v2/generate",
    payload: {
      model: "lipsync-2",
      input: [
        { type: "video", url: `${media}/talk.mp4` },
        { type: "audio", url: `${media}/voice.wav` },
      ],
      options: { sync_mode: mode },
    },
  });

const save = async (url, name) => {
  const answer = await fetch(url);
  const file = path.join(folder, name);
  fs.writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  return file;
};

const failing = async (work) => {
  try {
    await work();
  } catch (error) {
    return [error.statusCode, error.constructor.name, error.body];
  }
  return null;
};

async function main() {
  const client = new SyncClient({ baseUrl: base, apiKey: key });
  const file = path.join(folder, "js.jsonl");
  fs.writeFileSync(file, `${line("a", "cut_off")}\n${line("b", "loop")}\n`);
  const dry = await client.batch.create(fs.createReadStream(file), { dry_run: true });
  let batch = await client.batch.create(fs.createReadStream(file), {});
  while (!ended.includes(batch.status)) {
    await pause();
    batch = await client.batch.get(batch.id);
  }
  const results = (await (await fetch(batch.outputUrl)).text()).trim().split("\n").map(JSON.parse);
  const files = {};
  for (const each of results) files[each.request_id] = await save(each.response.outputUrl, `js-${each.request_id}.mp4`);

  let one = await client.generations.create({
    model: "lipsync-2",
    input: [
      { type: "video", url: `${media}/talk.mp4` },
      { type: "audio", url: `${media}/voice.wav`, refId: "v" },
    ],
    segments: [{ startTime: 0.5, endTime: 1.2, audioInput: { refId: "v" } }],
    outputFileName: "js_single",
  });
  while (!ended.includes(one.status)) {
    await pause();
    one = await client.generations.get(one.id);
  }
  const listed = await client.generations.list({ status: ["COMPLETED", "PENDING"], ids: [one.id] });
  const batches = await client.batch.list({ status: "COMPLETED" });
  const bad = path.join(folder, "bad.jsonl");
  fs.writeFileSync(bad, `${line("a")}\n{\n`);
  console.log(
    JSON.stringify({
      dry: dry.status,
      status: batch.status,
      metrics: batch.metrics,
      files,
      single: { status: one.status, error: one.error, file: await save(one.outputUrl, "js-single.mp4") },
      listed: listed.map((each) => each.id === one.id),
      batches: batches.some((each) => each.id === batch.id),
      models: (await client.models.list()).map((each) => each.id),
      cost: await client.generations.estimateCost({
        model: "lipsync-2",
        input: [
          { type: "video", url: `${media}/talk.mp4` },
          { type: "audio", url: `${media}/voice.wav` },
        ],
      }),
      bad: await failing(() => client.batch.create(fs.createReadStream(bad), {})),
      missing: await failing(() => client.batch.get("batch_nothing")),
    }),
  );
}

main();
