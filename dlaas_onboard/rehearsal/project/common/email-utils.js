const { SESClient, SendEmailCommand } = require("@aws-sdk/client-ses");
const fs = require("fs");
const Handlebars = require("handlebars");
const config = require("./config.json");

const client = new SESClient({ region: config.AWS_REGION });

const sendEmailWithTemplate = async ({ email, subject, template, values }) => {
  const source = fs.readFileSync(`${__dirname}/templates/${template}.handlebars`, "utf8");
  const html = Handlebars.compile(source)(values);
  const text = html.replace(/<[^>]+>/g, " ");
  return client.send(new SendEmailCommand({
    Source: `support@${config.SERVICE_DOMAIN}`,
    Destination: { ToAddresses: [email] },
    Message: {
      Subject: { Charset: "UTF-8", Data: subject },
      Body: { Text: { Charset: "UTF-8", Data: text }, Html: { Charset: "UTF-8", Data: html } },
    },
  }));
};

module.exports = { sendEmailWithTemplate };
