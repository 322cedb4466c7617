resource "aws_cloudwatch_event_rule" "cron_check_for_incoming_renewals" {
  name                = "cron_check_for_incoming_renewals"
  schedule_expression = "rate(24 hours)"
}

resource "aws_cloudwatch_event_target" "cron_check_for_incoming_renewals" {
  rule = aws_cloudwatch_event_rule.cron_check_for_incoming_renewals.name
  arn  = aws_lambda_function.cron_check_for_incoming_renewals.arn
}

resource "aws_cloudwatch_event_rule" "cron_set_subscriptions_to_expired" {
  name                = "cron_set_subscriptions_to_expired"
  schedule_expression = "rate(24 hours)"
}

resource "aws_cloudwatch_event_target" "cron_set_subscriptions_to_expired" {
  rule = aws_cloudwatch_event_rule.cron_set_subscriptions_to_expired.name
  arn  = aws_lambda_function.cron_set_subscriptions_to_expired.arn
}
