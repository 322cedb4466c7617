BEGIN TRANSACTION;
CREATE TABLE answers(
    id INTEGER PRIMARY KEY, onboarding INTEGER NOT NULL REFERENCES onboarding(id), field TEXT NOT NULL,
    text TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, sum TEXT NOT NULL);
INSERT INTO "answers" VALUES(1,1,'domain','example.com','2026-11-24T10:00:00+00:00','ada@laptop','affa9d67');
CREATE TABLE glance(
    profile TEXT NOT NULL, region TEXT NOT NULL, onboarding INTEGER NOT NULL REFERENCES onboarding(id),
    at TEXT NOT NULL, glance TEXT NOT NULL, sum TEXT NOT NULL,
    PRIMARY KEY(profile, region));
INSERT INTO "glance" VALUES('dlaas','eu-west-1',1,'2026-11-24T22:23:45.799129+00:00','["2026-11-24T10:00:00+00:00", "dlaas", "eu-west-1", "123456789012", "arn:aws:iam::123456789012:user/ada", "email.eu-west-1.amazonaws.com", true, "sandbox", [["account", "done", "Sandbox."], ["domain", "todo", "Enter a domain."]]]','9af07372');
CREATE TABLE intents(
    id TEXT PRIMARY KEY, onboarding INTEGER NOT NULL REFERENCES onboarding(id), number INTEGER NOT NULL,
    operation TEXT NOT NULL, phase TEXT NOT NULL, body TEXT NOT NULL, sum TEXT NOT NULL);
INSERT INTO "intents" VALUES('00000000-0000-0000-0000-000000000001',1,1,'sesv2:PutAccountDetails','accepted','{"id":"00000000-0000-0000-0000-000000000001","marker":"dlaas-abcdefghij","action":"file","call":{"service":"sesv2","operation":"PutAccountDetails","params":{"MailType":"TRANSACTIONAL","ContactLanguage":"EN"},"region":""},"place":{"profile":"dlaas","region":"eu-west-1","region_source":"","account":"123456789012","arn":"arn:aws:iam::123456789012:user/ada","partition":"aws","endpoint":"email.eu-west-1.amazonaws.com","amazon":true,"credentials":""},"sha256":"364b2d7eff99f6a1efa97b121f86067f996146c9c84ee4aba4c0a3c711e49dc5","created_at":"2026-11-24T10:00:00Z","by":"ada@laptop","before":"","phase":"accepted","outcome":{"phase":"accepted","at":"2026-11-24T10:00:00Z","request_id":"request-1","problem":null,"result":""},"settled_at":null,"result":""}','fab6c589');
CREATE TABLE journal(
    id INTEGER PRIMARY KEY, onboarding INTEGER NOT NULL REFERENCES onboarding(id), at TEXT NOT NULL,
    kind TEXT NOT NULL, text TEXT NOT NULL, by TEXT NOT NULL, sum TEXT NOT NULL);
INSERT INTO "journal" VALUES(1,1,'2026-11-24T10:00:00+00:00','look','Looked for the first time here.','ada@laptop','e4976208');
INSERT INTO "journal" VALUES(2,1,'2026-11-24T10:00:00+00:00','intent','sesv2:PutAccountDetails (dlaas-abcdefghij)','ada@laptop','72d3fa8e');
INSERT INTO "journal" VALUES(3,1,'2026-11-24T10:01:00+00:00','outcome','sesv2:PutAccountDetails (dlaas-abcdefghij): accepted','ada@laptop','1d90273d');
INSERT INTO "journal" VALUES(4,1,'2026-11-24T10:02:00+00:00','changed','A request for production access is on record: PENDING.','','23972f0a');
INSERT INTO "journal" VALUES(5,1,'2026-11-24T10:03:00+00:00','changed','Case 178 went from opened to pending-customer-action.','','8bcc52d3');
INSERT INTO "journal" VALUES(6,1,'2026-11-24T10:04:00+00:00','changed','Case 178 has 2 new messages.','','c2c5144e');
INSERT INTO "journal" VALUES(7,1,'2026-11-24T10:05:00+00:00','changed','The identity example.com is new.','','bf9c233e');
INSERT INTO "journal" VALUES(8,1,'2026-11-24T10:10:00+00:00','look','Looked once, nothing changed.','ada@laptop','b349bffe');
INSERT INTO "journal" VALUES(9,1,'2026-11-24T10:11:00+00:00','look','Looked 3 times, nothing changed; last at 10:13 UTC.','eve@desktop','ebeba16e');
INSERT INTO "journal" VALUES(10,1,'2026-11-24T10:20:00+00:00','declared','declare_terms: yes','ada@laptop','340ac5a6');
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL, sum TEXT NOT NULL);
INSERT INTO "meta" VALUES('format','dlaas-onboard-progress','5c765792');
INSERT INTO "meta" VALUES('schema','1','5ebe97b4');
INSERT INTO "meta" VALUES('lineage','4898e9ce-2eab-4d2d-9875-ecc934b02141','9d9a5cb8');
INSERT INTO "meta" VALUES('written_by','1.0','b27cade8');
INSERT INTO "meta" VALUES('definitions','f38a891b','172f371d');
CREATE TABLE onboarding(
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, profile TEXT NOT NULL, region TEXT NOT NULL, endpoint TEXT NOT NULL,
    created_at TEXT NOT NULL, sum TEXT NOT NULL,
    UNIQUE(account, profile, region, endpoint));
INSERT INTO "onboarding" VALUES(1,'123456789012','','eu-west-1','email.eu-west-1.amazonaws.com','2026-11-24T22:23:45.132399+00:00','e98fbbfc');
CREATE TABLE snapshot(
    onboarding INTEGER PRIMARY KEY REFERENCES onboarding(id), at TEXT NOT NULL, facts TEXT NOT NULL, sum TEXT NOT NULL);
INSERT INTO "snapshot" VALUES(1,'2026-11-24T22:23:45.799129+00:00','{"place":{"profile":"dlaas","region":"eu-west-1","region_source":"","account":"123456789012","arn":"arn:aws:iam::123456789012:user/ada","partition":"aws","endpoint":"email.eu-west-1.amazonaws.com","amazon":true,"credentials":""},"caller":null,"account":{"source":"SES GetAccount eu-west-1","observed_at":"2026-11-24T10:00:00Z","value":{"production":false,"sending_enabled":true,"enforcement":"HEALTHY","max_24_hour_send":200.0,"max_send_rate":1.0,"sent_last_24_hours":3.0,"suppressed_reasons":["BOUNCE"],"details":{"mail_type":"","website_url":"https://example.com","contact_language":"","use_case_description":"","contacts":[],"review":{"status":"PENDING","case_id":"178000000000001"}}},"problem":null,"partial":""},"statistics":{"source":"SES GetSendStatistics","observed_at":"2026-11-24T10:00:00Z","value":[{"at":"2026-11-24T10:00:00Z","attempts":10,"bounces":1,"complaints":0,"rejects":0}],"problem":null,"partial":""},"identities":{"source":"SES ListEmailIdentities","observed_at":"2026-11-24T10:00:00Z","value":null,"problem":{"kind":"denied","message":"No.","remedy":"","operation":"","iam_action":"ses:List","code":"","request_id":""},"partial":""},"domain_identity":null,"test_identity":null,"recipients":{},"configuration_sets":null,"notifications":null,"topics":{},"queues":{},"dns":{"TXT _dmarc.example.com":{"source":"DNS","observed_at":"2026-11-24T10:00:00Z","value":{"name":"_dmarc.example.com","type":"TXT","exists":true,"values":["v=DMARC1; p=none"],"ttl":300,"server":"","chain":[],"chunks":[]},"problem":null,"partial":""}},"spf":{},"dmarc":null,"delegation":null,"mailboxes":{},"hosted_zones":null,"website":null,"support":null,"case":null,"case_codes":null,"opened":null,"quotas":null,"reputation":null,"alarms":null,"radar":{},"checkout":{"source":"checkout","observed_at":"2026-11-24T10:00:00Z","value":{"root":"/srv/dlaas","region":"","profile":"","service_name":"","domain":"","sender":"","mail_from":"","about":"","products":[],"mails":[{"name":"invoice","trigger":"bill","subject":"","recipient":"","kind":"","schedules":[],"sample":"","source":{"path":"a.js","line":3},"call_sites":[],"bulk":false,"to_recipients":true,"sender":""}],"stock":[],"problems":[],"gaps":[],"sources":{},"opt_in":null,"login_needs_confirmation":null,"purge":""},"problem":null,"partial":""}}','a379da0b');
CREATE INDEX answers_of ON answers(onboarding);
CREATE UNIQUE INDEX one_filing ON intents(onboarding)
    WHERE operation = 'sesv2:PutAccountDetails' AND phase IN ('intent', 'accepted', 'unknown');
CREATE INDEX journal_of ON journal(onboarding)
;
COMMIT;
