-- grain: model_id
-- What is known of one model, each decision with its rule, and the release that it is of.
select
    models.model_id,
    models.owner,
    models.appeared_at,
    models.appeared_rule,
    models.created_at,
    models.relation,
    models.relation_rule,
    models.is_merge,
    models.merge_rule,
    models.architecture,
    models.architecture_name,
    models.architecture_rule,
    models.parameters_b,
    models.parameters_rule,
    models.active_parameters_b,
    models.nominal_b,
    coalesce(nominal_sizes.size, 'unknown') as size,
    models.license,
    models.license_class,
    models.license_rule,
    models.pipeline_tag,
    models.library_name,
    models.downloads_30d,
    models.downloads_all_time,
    models.likes,
    models.gated,
    models.is_listed,
    models.last_seen_at,
    models.removed_on,
    models.last_modified,
    repository_commits.commits,
    repository_commits.contributors,
    repository_commits.first_commit_at,
    repository_commits.last_commit_at,
    repository_commits.counted_on,
    repository_commits.snapshot_id as commits_snapshot_id,
    activity.threads,
    activity.discussions,
    activity.pull_requests,
    activity.open_threads,
    activity.last_thread_on,
    activity.counted_on as activity_counted_on,
    activity.snapshot_id as activity_snapshot_id,
    release_models.release_id,
    release_models.kind as release_kind,
    coalesce(release_models.source, releases.source) as release_source,
    releases.label as release_label,
    releases.released_on,
from core.models
left join core.nominal_sizes using (nominal_b)
left join core.repository_commits_by_key as repository_commits using (model_key)
left join core.repository_activity as activity using (model_id)
left join core.release_models using (model_id)
left join core.releases using (release_id)
where models.model_key = $model_key
order by models.model_id
