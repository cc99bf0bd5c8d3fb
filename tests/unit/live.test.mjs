// The pure functions of the reader's script: `node --test tests/unit/live.test.mjs`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as links from "../../plugin/mkdocs_macros_runbook/live/script/link.mjs";
import * as output from "../../plugin/mkdocs_macros_runbook/live/script/output.mjs";
import * as places from "../../plugin/mkdocs_macros_runbook/live/script/places.mjs";
import * as text from "../../plugin/mkdocs_macros_runbook/live/script/text.mjs";
import * as values from "../../plugin/mkdocs_macros_runbook/live/script/values.mjs";

const live = { ...links, ...output, ...places, ...text, ...values };

const read = (name) =>
  JSON.parse(readFileSync(new URL(`../../plugin/mkdocs_macros_runbook/values/${name}`, import.meta.url), "utf8"));
const form = {
  texts: read("texts.json"),
  output: read("printed_values.json"),
  signs: {},
  parameters: {
    team: { label: "Team", help: "Letters.", default: "Blue", pattern: "[A-Za-z ]{1,20}" },
    network: {
      label: "Network",
      help: "",
      default: "office",
      options: ["office", "lab"],
      properties: {
        host: ["{}.corp.example", { lab: "far.example" }],
        name: ["", { office: "Head office", lab: "Laboratory" }],
      },
    },
    rack: { label: "Rack", help: "", default: "{network}-1", pattern: "{network}-[0-9]+" },
    prefix: { label: "Prefix", help: "No root.", default: "{team|slug}-x", pattern: "(?!root)[a-z-]+" },
  },
  derived: { url: "https://{network.host}/{rack}" },
  overrides: { rack: "office-9" },
};

const all = (chosen) => {
  const valueOf = live.resolve(form, chosen);
  return ["team", "network", "rack", "prefix", "url"].map(valueOf).join(" ");
};

test("values follow from the publisher's, the reader's and the defaults", () => {
  assert.equal(all({}), "Blue office office-9 blue-x https://office.corp.example/office-9");
  assert.equal(all({ team: "Red Sea" }), "Red Sea office office-9 red-sea-x https://office.corp.example/office-9");
});

test("what is bound to another option gives way", () => {
  assert.equal(all({ network: "lab" }), "Blue lab lab-1 blue-x https://far.example/lab-1");
  assert.equal(all({ network: "lab", rack: "office-3" }), all({ network: "lab" }));
  assert.equal(all({ rack: "office-3" }).split(" ")[2], "office-3");
});

test("whatever is chosen wrongly is as if it were not", () => {
  for (const bad of [1, null, [], {}, "", "<b>", "no-such", "__proto__"])
    for (const name of Object.keys(form.parameters))
      if (bad !== "no-such" || name !== "prefix") assert.equal(all({ [name]: bad }), all({}), `${name} ${bad}`);
});

test("names of objects are no values", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "nothing"])
    assert.equal(live.resolve(form, {})(name), undefined);
});

test("the site of an address is that of its host, whatever stands before or after it", () => {
  for (const address of ["https://a.amazonaws.com/prod/", "https://b.amazonaws.com:443/", "a.amazonaws.com", "https://amazonaws.com"])
    assert.equal(live.site(address), "amazonaws.com", address);
  for (const address of [
    "https://a.amazonaws.com@evil.example/",
    "https://a.amazonaws.com:443@evil.example/",
    "https://a.amazonaws.com:x@evil.example/",
    "https://a.amazonaws.com.evil.example/",
    "https://evil.example?a.amazonaws.com/",
    "https://evil.example#a.amazonaws.com",
    "https://10.0.0.1/",
  ])
    assert.notEqual(live.site(address), "amazonaws.com", address);
});

test("putting a value", () => {
  assert.deepEqual(live.withValue(form, {}, "team", "Red"), [{ team: "Red" }, ""]);
  assert.deepEqual(live.withValue(form, { team: "Red" }, "team", ""), [{}, ""]);
  assert.deepEqual(live.withValue(form, { team: "Red" }, "team", "Blue"), [{}, ""], "the default is no choice");
  assert.deepEqual(live.withValue(form, {}, "rack", "lab-7"), [{ network: "lab", rack: "lab-7" }, ""]);
  assert.deepEqual(live.withValue(form, { rack: "office-2" }, "network", "lab"), [{ network: "lab" }, ""]);
  assert.deepEqual(live.withValue(form, {}, "network", "shed"), [{}, "matches 0 of the 2 options; choose exactly one"]);
  assert.match(live.withValue(form, {}, "network", "o")[1], /^matches 2 of/);
  assert.deepEqual(live.withValue(form, {}, "rack", "shed-1"), [{}, "is not in the expected format"]);
  assert.deepEqual(live.withValue(form, {}, "team", "Root"), [
    {},
    "would change Prefix to root-x, which is not allowed (enter your own Prefix first)",
  ]);
  assert.equal(live.withValue(form, { prefix: "a" }, "team", " ")[1], "must begin with a letter, a digit, a slash or a dot, and must not have extra spaces");
});

test("what has a former value in it gives way with that", () => {
  const id = { label: "ID", default: "abc", pattern: "[a-z]{3}" };
  const url = { label: "URL", default: "https://{id}.example/Prod/", pattern: "https://[a-z.-]+/[A-Za-z/]*" };
  const both = { ...form, parameters: { id, url }, derived: {}, overrides: {} };
  const chosen = { id: "old", url: "https://old.example/dev/" };
  assert.deepEqual(live.withValue(both, chosen, "id", "new"), [{ id: "new" }, ""]);
  assert.deepEqual(live.withValue(both, chosen, "id", ""), [{}, ""]);
  assert.deepEqual(live.withValue(both, chosen, "id", "old"), [chosen, ""]);
  const given = { id: "new", url: "https://new.example/dev/" };
  assert.deepEqual(live.withValues(both, chosen, given)[0], given);
  const own = { id: "old", url: "https://golden.old-home.example/" };
  assert.deepEqual(live.withValue(both, own, "id", "new")[0], { ...own, id: "new" });
  const none = { ...both, parameters: { url, id: { ...id, default: "", pattern: "[a-z]*" } } };
  assert.deepEqual(live.withValue(none, { url: own.url }, "id", "new")[0], { url: own.url, id: "new" });
});

test("an option is what it is where a property contains it", () => {
  const network = { ...form.parameters.network, options: ["US$&", "lab"], characters: "$&" };
  const both = { ...form, parameters: { network }, derived: { host: "{network.host}" }, overrides: {} };
  assert.equal(live.resolve(both, { network: "US$&" })("host"), "US$&.corp.example");
});

test("a name without letters spoils what is made of its letters", () => {
  const { parameters } = form;
  const loose = { ...form, parameters: { ...parameters, team: { ...parameters.team, pattern: ".+" } } };
  assert.equal(live.withValue(loose, { prefix: "a" }, "team", "東京")[1], "needs a letter from A to Z or a digit");
  assert.equal(live.withValue(loose, { prefix: "a" }, "team", "東京 1")[1], "");
});

test("taking what a script printed", () => {
  const given = { rack: "lab-2", network: "lab", team: 3, other: "x", prefix: " p " };
  assert.deepEqual(live.withValues(form, {}, given), [
    { network: "lab", rack: "lab-2", prefix: "p" },
    ["network", "rack", "prefix"],
    [],
  ]);
  assert.deepEqual(live.withValues(form, {}, { team: "Root", prefix: "mine" })[0], { team: "Root", prefix: "mine" });
  assert.deepEqual(live.withValues(form, { team: "Red" }, { team: "<b>" }), [
    { team: "Red" },
    [],
    ["Team contains <, which is not allowed here."],
  ]);
  for (const nothing of [[], {}, "text", 7, true]) assert.deepEqual(live.withValues(form, {}, nothing)[0], {});
});

test("a value is found in what was printed, and as it is shown elsewhere", () => {
  assert.deepEqual(live.valuesIn(form, 'made\n{"Team": "Red", "more": {"prefix": "red"}}\n'), { team: "Red", prefix: "red" });
  assert.deepEqual(live.valuesIn(form, "see https://lab.corp.example/lab-12/x"), { rack: "lab-12" });
  assert.deepEqual(live.valuesIn(form, "network: Head office"), { network: "office" }, "as its field takes it");
  assert.deepEqual(live.valuesIn(form, "xlab-12"), {});
  assert.deepEqual(live.valuesIn(form, '{"__proto__": {"team": "Red"}}'), { team: "Red" });
  assert.equal(live.repaired(form, {}, "rack", "arn:rack/lab-12"), "lab-12");
  assert.equal(live.repaired(form, {}, "rack", "no-12"), "no-12");
  assert.equal(live.repaired(form, {}, "team", '"Red Sea"'), "Red Sea");
  assert.equal(live.repaired(form, {}, "team", "\u2019t Hooft"), "\u2019t Hooft", "an apostrophe is a part of a name");
  assert.equal(live.repaired(form, {}, "team", "'Red'"), "Red");
  assert.equal(live.repaired(form, {}, "rack", "lab\u201112"), "lab-12", "a hyphen of a text editor");
  const town = { label: "Town", default: "Basel", pattern: "[A-Za-z\u00c0-\u00ff]+" };
  const towns = { texts: form.texts, output: form.output, signs: {}, parameters: { town }, derived: {}, overrides: {} };
  assert.equal(live.repaired(towns, {}, "town", "Zu\u0308rich"), "Z\u00fcrich", "as macOS has it");
  const site = { label: "Site", default: "https://a.example/", pattern: "https://[a-z]+[.]example/" };
  const key = { label: "Key", default: "abc", pattern: "[a-z]{3}", find: ["[?]key=([a-z]{3})", "^key ([a-z]{3})"] };
  const others = { texts: form.texts, output: form.output, signs: {}, parameters: { site, key }, derived: {}, overrides: {} };
  for (const text of ["https://b.example", "b.example", "HTTPS://B.Example/", "'https://b.example/'"])
    assert.equal(live.repaired(others, {}, "site", text), "https://b.example/", text);
  assert.equal(live.repaired(others, {}, "key", "https://b.example/?key=xyz&a=1"), "xyz");
  assert.equal(live.repaired(others, {}, "key", "key uvw and ?key=xyz"), "xyz", "the first pattern wins");
  assert.equal(live.repaired(others, {}, "key", "key uvw"), "uvw");
});

test("examples are what neither the publisher nor the reader has set", () => {
  const { team, network, rack, prefix } = form.parameters;
  const example = { example: true };
  const parameters = {
    team: { ...team, ...example },
    network: { ...network, ...example },
    rack: { ...rack, ...example },
    prefix,
  };
  const some = { ...form, parameters };
  assert.deepEqual(live.examples(some, [], "url"), ["network", "rack"]);
  assert.deepEqual(live.examples(some, ["rack"], "url"), [], "a rack has its network in it");
  assert.deepEqual(live.examples(some, ["network"], "url"), ["rack"]);
  assert.deepEqual(live.examples(some, [], "prefix"), ["team"], "a default that is made of an example");
  assert.deepEqual(live.examples(some, [], "url?network=lab"), []);
});

test("options by their code or name", () => {
  const { network, team } = form.parameters;
  const both = ["office", "lab"].sort();
  for (const [text, expected] of [["lab", ["lab"]], ["LAB", ["lab"]], ["head", ["office"]], ["o", both], ["x", []], ["Laboratory (lab)", ["lab"]], ["rack lab-1", []], ["lab or office", both]])
    assert.deepEqual(live.meant(network, text).sort(), expected, text);
  assert.deepEqual(live.meant(team, "head"), []);
  assert.deepEqual(["office", "lab"].map((one) => live.propertyOf(network, one)), ["Head office", "Laboratory"]);
});

test("the site of an address", () => {
  const evil = "https://a1.execute-api.us-east-2.amazonaws.com.evil.example/Prod/";
  for (const [text, site] of [
    ["https://a1.execute-api.us-east-2.amazonaws.com/Prod/", "a1.execute-api.us-east-2.amazonaws.com"],
    [evil, new URL(evil).host], [evil.replace("/Prod/", ""), new URL(evil).host],
    ["https://app.acme.com/", "acme.com"], ["app.acme.com", "acme.com"],
    ["https://app.acme.co.uk/", "app.acme.co.uk"], ["https://acme.github.io/", "acme.github.io"],
    ["https://app.example.xn--p1ai/", "app.example.xn--p1ai"], ["http://acme.com/", "acme.com"],
    ["https://evil-amazonaws.com:8443/", "evil-amazonaws.com"],
    ["a.auth.us-east-2.amazoncognito.com", "a.auth.us-east-2.amazoncognito.com"],
    ["https://203.0.113.5/", "203.0.113.5"], ["us-east-2_oUmWoN1YP", undefined], ["MLSpace", undefined],
    ["postgres://ada:x@db.acme.example/prod", "acme.example"], ["wss://acme.example", "acme.example"],
    ["git@host.acme.example:team/it.git", "acme.example"], ["HTTPS://ACME.Example/", "acme.example"],
    ["https://portal.bücher.example/", "bücher.example"], ["portal.пример.рф", "пример.рф"],
    ["https://acme.example?x=1", "acme.example"], ["localhost:8080", "localhost"], ["10.0.0.5:80", "10.0.0.5"],
    ["10.0.0.5", "10.0.0.5"], ["https://a@b@evil.example/", "evil.example"],
    ["ada@example.com", undefined], ["1.2.3", undefined], ["Acme Inc. of the North", undefined], ["", undefined],
  ]) assert.equal(live.site(text), site, text);
});

test("a host that is elsewhere", () => {
  for (const [was, is, expected] of [
    ["https://app.acme.com/", "https://api.eu.acme.com/", false], ["https://app.acme.com/", "https://acme.com.evil/", true],
    ["https://acme.co.uk/", "https://www.acme.co.uk/", false], ["https://acme.co.uk/", "https://evil.co.uk/", true],
    ["https://acme.github.io/", "https://evil.github.io/", true], ["https://10.0.0.5/", "https://evil.example/", true],
    ["https://a.x.service.example/", "https://b.x.service.example/", true], ["acme.com", "notacme.com", true],
    ["postgres://db.acme.example/x", "postgres://evil.test/x", true], ["10.0.0.5:8080", "evil.test:8080", true],
    ["https://ACME.example/", "https://acme.EXAMPLE/b", false],
    ["MLSpace", "https://evil.example/", false], ["https://acme.com/", "MLSpace", true],
  ]) assert.equal(!!live.siteLeft(was, is), expected, `${was} ${is}`);
  assert.equal(live.siteLeft("https://a.x.service.example/", "https://b.x.service.example/", true), undefined);
  assert.equal(live.site("https://a.x.service.example/", true), "service.example");
});

test("where a link leads", () => {
  assert.equal(live.liveHref("https://a.example/$&", "https://b.example/"), "https://a.example/$&");
  assert.equal(live.liveHref("mailto:a@b.example", "mailto:x@y.example"), "mailto:a@b.example");
  assert.equal(live.liveHref("other.md#lab", "../other/#office"), "../other/#lab");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "//evil.example", "elsewhere", " javascript:a"])
    assert.equal(live.liveHref(bad, "https://b.example/"), "https://b.example/");
});
