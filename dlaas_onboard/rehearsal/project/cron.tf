resource "aws_cloudwatch_event_rule" "remind_renewal" {
  name                = "remind_renewal"
  schedule_expression = "rate(24 hours)"
}

resource "aws_cloudwatch_event_target" "remind_renewal" {
  rule = aws_cloudwatch_event_rule.remind_renewal.name
  arn  = aws_lambda_function.remind_renewal.arn
}

resource "aws_cloudwatch_event_rule" "close_expired" {
  name                = "close_expired"
  schedule_expression = "rate(24 hours)"
}

resource "aws_cloudwatch_event_target" "close_expired" {
  rule = aws_cloudwatch_event_rule.close_expired.name
  arn  = aws_lambda_function.close_expired.arn
}
